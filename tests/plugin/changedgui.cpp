// SPDX-FileCopyrightText: 2026 The QtAsyncio authors
// SPDX-License-Identifier: BSD-3-Clause

// A QtGui whose platform integration has one virtual function more than any so far, before the
// one that makes the event dispatcher.

class QAbstractEventDispatcher;
class QPaintDevice;

class __attribute__((visibility("default"))) QPlatformIntegration
{
public:
    virtual ~QPlatformIntegration();
    virtual void createImagePaintEngine(QPaintDevice *device) const;
    virtual void somethingNew();
    virtual QAbstractEventDispatcher *createEventDispatcher() const = 0;
    virtual void initialize();
};

QPlatformIntegration::~QPlatformIntegration() = default;
void QPlatformIntegration::createImagePaintEngine(QPaintDevice *) const { }
void QPlatformIntegration::somethingNew() { }
void QPlatformIntegration::initialize() { }
