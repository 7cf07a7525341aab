// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

#include <virtualtable.h>

#include <QtTest/qtest.h>

#include <memory>

using QtAsyncio::VirtualTable;

// In no anonymous namespace, where the compiler would know that nobody else derives from them.
namespace Objects {

// Its functions are at the places 0 and 1 of the table.
class Base
{
public:
    virtual int first() const { return 1; }
    virtual int second() const { return 2; }

protected:
    ~Base() = default;
};

class Other
{
public:
    virtual int other() const = 0;

protected:
    ~Other() = default;
};

class Derived : public Base, public Other
{
public:
    int second() const override { return 22; }
    int other() const override { return 33 + m_more; }
    virtual int more() const { return m_more; }

private:
    int m_more = 44;
};

/// The compiler must not know what the object is.
const Derived &opaque(const Derived &object)
{
    const Derived *volatile pointer = &object;
    return *pointer;
}

int instead(const Base *object)
{
    return 1000 + object->first();
}

} // namespace Objects

using namespace Objects;

class tst_VirtualTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aCopyBehavesAsTheOriginal();
    void aReplacedFunctionIsCalledForThisObjectAlone();
    void whatIsRestoredIsTheObjectsOwn();
    void aDetachedObjectNeedsTheCopyNoMore();
};

void tst_VirtualTable::aCopyBehavesAsTheOriginal()
{
    Derived object;
    const VirtualTable table(&object);
    table.attach(&object);
    QCOMPARE(opaque(object).first(), 1);
    QCOMPARE(opaque(object).second(), 22);
    QCOMPARE(opaque(object).more(), 44); // a function that the base class does not know
    const Other &other = opaque(object);
    QCOMPARE(other.other(), 77); // through the table of the second base class
    const Base &base = opaque(object);
    QVERIFY(dynamic_cast<const Other *>(&base)); // by the type and the offset before the functions
    table.detach(&object);
}

void tst_VirtualTable::aReplacedFunctionIsCalledForThisObjectAlone()
{
    Derived object;
    const Derived neighbour;
    VirtualTable table(&object);
    table.replace(1, &instead);
    table.attach(&object);
    const Base &base = opaque(object);
    QCOMPARE(base.second(), 1001);
    QCOMPARE(base.first(), 1);
    const Base &other = opaque(neighbour);
    QCOMPARE(other.second(), 22);
    table.detach(&object);
}

void tst_VirtualTable::whatIsRestoredIsTheObjectsOwn()
{
    using Function = int (*)(const Base *);
    Derived object;
    VirtualTable table(&object);
    table.replace(1, &instead);
    table.attach(&object);
    QCOMPARE(table.original<Function>(1)(&object), 22);
    const Base &base = opaque(object);
    QCOMPARE(base.second(), 1001);
    QCOMPARE(table.restore<Function>(1)(&object), 22);
    QCOMPARE(base.second(), 22);
    table.detach(&object);
}

void tst_VirtualTable::aDetachedObjectNeedsTheCopyNoMore()
{
    Derived object;
    auto table = std::make_unique<VirtualTable>(&object);
    table->replace(1, &instead);
    table->attach(&object);
    table->detach(&object);
    table.reset();
    const Base &base = opaque(object);
    QCOMPARE(base.second(), 22);
}

QTEST_APPLESS_MAIN(tst_VirtualTable)
#include "tst_virtualtable.moc"
