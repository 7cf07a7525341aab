// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// A window beside callbacks of the program's own: one of them makes a bar longer, fifty times.
//
// Ends by itself, or when the window is closed; with status 0 if the bar was seen growing.

#include "callbackqueue.h"

#include <QtAsyncio/createdispatcher.h>
#include <QtAsyncio/factory.h>

#include <QtGui/qguiapplication.h>
#include <QtGui/qpainter.h>
#include <QtGui/qrasterwindow.h>

#include <cstdio>

using namespace std::chrono_literals;

namespace {

constexpr int Steps = 50;

class Bar final : public QRasterWindow
{
public:
    int step() const noexcept { return m_step; }
    int paints() const noexcept { return m_paints; }

    void grow()
    {
        ++m_step;
        update();
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        ++m_paints;
        QPainter painter(this);
        painter.fillRect(0, 0, width(), height(), Qt::white);
        painter.fillRect(0, 0, width() * m_step / Steps, height(), Qt::darkCyan);
    }

private:
    int m_step = 0;
    int m_paints = 0;
};

} // namespace

int main(int argc, char **argv)
{
    if (qtasyncio_install() != 0) // before there is an application
        return 2;
    const QGuiApplication app(argc, argv);
    CallbackQueue queue(QtAsyncio::currentLoopHost());

    Bar bar;
    bar.resize(400, 40);
    bar.show();

    const std::function<void()> grow = [&] {
        bar.grow();
        if (bar.step() < Steps)
            queue.callLater(20ms, grow);
        else
            bar.close();
    };
    queue.callSoon(grow);

    QGuiApplication::exec();
    std::printf("%d steps\n", bar.step());
    return bar.paints() > 1 ? 0 : 1;
}
