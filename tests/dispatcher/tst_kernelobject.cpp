// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <kernelobject.h>
#include <pipe.h>

#include <QtTest/qtest.h>

#include <functional>

#include <cerrno>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace QtAsyncio;

namespace {

int openEventFd()
{
    return ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

bool isOpen(int number)
{
    return ::fcntl(number, F_GETFD) >= 0;
}

bool isReadable(int number)
{
    eventfd_t value = 0;
    return ::eventfd_read(number, &value) == 0;
}

/// Whether a condition is true in a forked child.
bool inChild(const std::function<bool()> &condition)
{
    const pid_t child = ::fork();
    if (child == 0)
        ::_exit(condition() ? 0 : 1);
    int status = -1;
    return ::waitpid(child, &status, 0) == child && status == 0;
}

} // namespace

/// A kernel object, whose number the program may use for a file of its own.
class tst_KernelObject : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aChildHasItsOwnUnderTheSameNumber();
    void aChildThatHasClosedItHasItsOwnUnderTheSameNumber();
    void aChildNeedsNoFreeDescriptor();
    void aChildsFilesAreLeftAlone_data();
    void aChildsFilesAreLeftAlone();
    void aFileOfTheProgramIsLeftAlone();
    void aFailedReopeningChangesNothing();
};

void tst_KernelObject::aChildHasItsOwnUnderTheSameNumber()
{
    KernelObject object(&openEventFd, "an eventfd");
    const int number = object.descriptor();
    QVERIFY(inChild([&] {
        return object.reopenInChild() == 0 && object.descriptor() == number
                && ::eventfd_write(number, 1) == 0 && isReadable(number);
    }));
    QVERIFY(!isReadable(number));
    QVERIFY(inChild([&] { // a grandchild's, too
        return object.reopenInChild() == 0
                && inChild([&] { return object.reopenInChild() == 0 && object.isOurs(); });
    }));
}

void tst_KernelObject::aChildThatHasClosedItHasItsOwnUnderTheSameNumber()
{
    KernelObject object(&openEventFd, "an eventfd");
    const int number = object.descriptor();
    QVERIFY(inChild([&] {
        ::close(number);
        return object.reopenInChild() == 0 && object.descriptor() == number && object.isOurs();
    }));
}

void tst_KernelObject::aChildNeedsNoFreeDescriptor()
{
    KernelObject object(&openEventFd, "an eventfd");
    QVERIFY(inChild([&] {
        while (openEventFd() >= 0) { }
        return errno == EMFILE && object.reopenInChild() == 0 && object.isOurs();
    }));
}

void tst_KernelObject::aChildsFilesAreLeftAlone_data()
{
    QTest::addColumn<bool>("isSameKind");
    QTest::newRow("a pipe") << false;
    QTest::newRow("another object") << true;
}

void tst_KernelObject::aChildsFilesAreLeftAlone()
{
    QFETCH(const bool, isSameKind);
    KernelObject object(&openEventFd, "an eventfd");
    const int number = object.descriptor();
    QVERIFY(inChild([&] {
        ::close(number);
        const KernelObject fresh(&openEventFd, "an eventfd");
        Pipe pipe;
        ::dup2(isSameKind ? fresh.descriptor() : pipe.readEnd(), number);
        if (object.reopenInChild() != 0 || object.descriptor() == number || !object.isOurs())
            return false;
        pipe.write();
        char byte = 0;
        return isSameKind ? ::eventfd_write(fresh.descriptor(), 1) == 0 && isReadable(number)
                          : ::read(number, &byte, 1) == 1;
    }));
    QVERIFY(inChild([&] { // nor are they closed
        ::close(number);
        const Descriptor file(openEventFd());
        object.close();
        return file.get() == number && isOpen(number);
    }));
}

void tst_KernelObject::aFileOfTheProgramIsLeftAlone()
{
    const Pipe pipe;
    Descriptor file;
    {
        KernelObject object(&openEventFd, "an eventfd");
        const int number = object.descriptor();
        QVERIFY(object.isOurs());
        QCOMPARE(::dup2(pipe.readEnd(), number), number);
        file = Descriptor(number);
        QVERIFY(!object.isOurs());
        QCOMPARE(object.reopen(), EBADF);
    }
    QVERIFY(isOpen(file.get()));
}

void tst_KernelObject::aFailedReopeningChangesNothing()
{
    static bool fails = false;
    KernelObject object([] { return fails ? (errno = ENOMEM, -1) : openEventFd(); }, "an eventfd");
    const int number = object.descriptor();
    QCOMPARE(::eventfd_write(number, 1), 0);
    fails = true;
    QCOMPARE(object.reopen(), ENOMEM);
    QCOMPARE(object.descriptor(), number);
    QVERIFY(object.isOurs());
    fails = false;
    QCOMPARE(object.reopen(), 0);
    QCOMPARE(object.descriptor(), number);
    QVERIFY(!isReadable(number)); // a fresh one
}

QTEST_APPLESS_MAIN(tst_KernelObject)

#include "tst_kernelobject.moc"
