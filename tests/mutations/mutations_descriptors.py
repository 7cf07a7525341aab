# SPDX-FileCopyrightText: 2026 The QtAsyncio authors
# SPDX-License-Identifier: BSD-3-Clause
"""Errors in what is watched, and in what notifiers are told."""

from __future__ import annotations

from mutation import Mutation

DESCRIPTORS = [
    Mutation(
        name="notifiers-do-not-count",
        promise=3,
        breaks="A notifier is no event of the call.",
        file="dispatcher/notifierwatcher.cpp",
        old="    return true;\n",
        new="    return false;\n",
        tests=("tst_ContractNotifiers::aNotifierCounts",),
    ),
    Mutation(
        name="edge-triggered",
        promise=12,
        breaks="A notifier is told once, however long there is something to read.",
        file="dispatcher/poller.cpp",
        old="    event.events = Epoll::events(e.wanted);\n",
        new="    event.events = Epoll::events(e.wanted) | EPOLLET;\n",
        tests=("tst_ContractNotifiers::aNotifierTellsOncePerCallWhileThereIsSomething",),
    ),
    Mutation(
        name="a-hang-up-is-not-readable",
        promise=12,
        breaks="A hang-up or an error is told to nobody.",
        file="dispatcher/epoll.cpp",
        old="        return Read | Write | Exception;\n",
        new="        return NoInterest;\n",
        tests=("tst_ContractNotifiers::aHangUpReachesTheReader",),
    ),
    Mutation(
        name="a-hang-up-is-no-exception",
        promise=12,
        breaks="A hang-up or an error is not told to notifiers for exceptions.",
        file="dispatcher/epoll.cpp",
        old="        return Read | Write | Exception;\n",
        new="        return Read | Write;\n",
        tests=("tst_ContractNotifiers::ordinaryDataIsNoException",),
    ),
    Mutation(
        name="data-is-an-exception",
        promise=12,
        breaks="Ordinary data is told to notifiers for exceptions.",
        file="dispatcher/epoll.cpp",
        old="(events & EPOLLPRI) ? Interest::Exception : NoInterest;",
        new="(events & (EPOLLPRI | EPOLLIN)) ? Interest::Exception : NoInterest;",
        tests=("tst_ContractDetails::dataIsNoExceptionBesideAReader",),
    ),
    Mutation(
        name="write-before-read",
        promise=12,
        breaks="A descriptor's notifiers are told in the reverse order.",
        file="dispatcher/descriptortable.cpp",
        old="""\
        for (const Interest interest : { Read, Write, Exception }) {
            if (fresh & interest)
""",
        new="""\
        for (const Interest interest : { Exception, Write, Read }) {
            if (fresh & interest)
""",
        tests=("tst_ContractNotifiers::readComesBeforeWrite",),
    ),
    Mutation(
        name="unregister-leaves-what-is-pending",
        promise=13,
        breaks="A notifier that is switched off while it is pending is told all the same.",
        file="dispatcher/descriptortable.cpp",
        old="    found->second.of(watcher->interest()) = takeDisplaced(watcher);\n",
        new="""\
    if (found->second.pending & watcher->interest())
        return;
    found->second.of(watcher->interest()) = takeDisplaced(watcher);
""",
        tests=("tst_ContractNotifiers::aNotifierMayDisableAnother",),
    ),
    Mutation(
        name="a-list-of-pending-for-each-call",
        promise=13,
        breaks="Nested calls do not see what is pending, and the outer one tells what is stale.",
        file="dispatcher/descriptortable.cpp",
        old="""\
    while (!m_pending.empty()) {
        const ReadyDescriptor mark = m_pending.front();
        m_pending.pop_front();
""",
        new="""\
    std::deque<ReadyDescriptor> pending;
    pending.swap(m_pending);
    for (auto &[descriptor, watchers] : m_watchers)
        watchers.pending = NoInterest;
    while (!pending.empty()) {
        const ReadyDescriptor mark = pending.front();
        pending.pop_front();
        if (const auto found = m_watchers.find(mark.descriptor); found != m_watchers.end())
            found->second.pending |= mark.interests;
""",
        tests=("tst_ContractNotifiers::aNestedLoopServesWhatIsPending",),
    ),
    Mutation(
        name="closed-descriptors-in-silence",
        promise=14,
        breaks="Nobody looks for descriptors that were closed while they are watched.",
        file="dispatcher/owndescriptors.cpp",
        old="    m_poller.check(std::size_t(m_checks.take(now)));\n",
        new="    static_cast<void>(m_checks.take(now));\n",
        tests=("tst_ContractDescriptors::aDescriptorThatIsClosedWhileWatchedIsDisabled",),
    ),
    Mutation(
        name="only-waits-look-for-closed-descriptors",
        promise=14,
        breaks="A call that does not wait leaves the notifier of a closed descriptor enabled.",
        file="dispatcher/loopcore.cpp",
        old="        m_own.check(Clock::now());\n",
        new="        m_poller.flush();\n",
        tests=("tst_ContractDescriptors::aClosedDescriptorIsNoticedInTheNextCall",),
    ),
    Mutation(
        name="few-descriptors-are-checked",
        promise=14,
        breaks="Of 60 descriptors a part is checked in each call.",
        file="dispatcher/checkschedule.cpp",
        old="constexpr int AtOnce = 64;\n",
        new="constexpr int AtOnce = 16;\n",
        tests=("tst_ContractDescriptors::aClosedDescriptorIsNoticedInTheNextCall",),
    ),
    Mutation(
        name="replaced-descriptors-are-not-looked-for",
        promise=14,
        breaks="A number that has another file is watched for the former one.",
        file="dispatcher/pollerchecks.cpp",
        old="    const int error = control(EPOLL_CTL_ADD, descriptor, e);\n",
        new="    const int error = Epoll::isOpen(descriptor) ? EEXIST : EBADF;\n",
        tests=("tst_ContractDescriptors::aReplacedDescriptorIsNoticedInTheNextCall",),
    ),
    Mutation(
        name="closed-descriptors-stay-enabled",
        promise=14,
        breaks="The notifier of a closed descriptor is warned of and stays enabled.",
        file="dispatcher/notifierwatcher.cpp",
        old="    m_notifier->setEnabled(false); // deletes this object\n",
        new="",
        tests=("tst_ContractDescriptors::aDescriptorThatIsClosedBeforeTheCallIsDisabled",),
    ),
    Mutation(
        name="regular-files-are-dead",
        promise=14,
        breaks="A regular file, which epoll refuses, is never ready.",
        file="dispatcher/poller.cpp",
        old="    setAlwaysReady(descriptor, e, error == EPERM && (e.wanted & (Read | Write)));\n",
        new="",
        tests=("tst_ContractDescriptors::regularFilesAreAlwaysReady",),
    ),
    Mutation(
        name="ghosts",
        promise=14,
        breaks="Events of a closed descriptor whose file lives on are told to its successor.",
        file="dispatcher/poller.cpp",
        old="        if (e.wanted == NoInterest || e.serial != event.data.u64 >> 32)\n",
        new="        if (e.wanted == NoInterest)\n",
        tests=("tst_ContractDescriptors::aNewFileUnderAnOldNumberGetsNothingOfTheOldOne",),
    ),
    Mutation(
        name="ghosts-spin",
        promise=14,
        breaks="Events of a closed descriptor whose file lives on end every wait.",
        file="dispatcher/poller.cpp",
        old="    if (stale)\n",
        new="    if (stale && m_entries.empty())\n",
        tests=("tst_ContractDescriptors::aClosedDescriptorThatIsDisabledIsForgotten",),
    ),
    Mutation(
        name="successors-are-not-watched",
        promise=14,
        breaks="A descriptor whose number was closed and is in use again is taken for the old one.",
        file="dispatcher/poller.cpp",
        old="    e.doubtful |= interests == NoInterest;\n",
        new="",
        tests=("tst_ContractDescriptors::aNewFileUnderAnOldNumberIsServed",),
    ),
    Mutation(
        name="excluded-notifiers-are-told",
        promise=15,
        breaks="Notifiers are told in spite of ExcludeSocketNotifiers.",
        file="dispatcher/loopcore.cpp",
        old="    const bool excluded = flags.testFlag(QEventLoop::ExcludeSocketNotifiers);\n",
        new="    const bool excluded = false;\n    m_descriptors.activatePending();\n",
        tests=("tst_ContractNotifiers::excludedNotifiersAreNotPolledAndComeLater",),
    ),
    Mutation(
        name="excluded-notifiers-are-polled",
        promise=15,
        breaks="Excluded notifiers that are ready make a waiting call spin.",
        file="dispatcher/loopcore.cpp",
        old="    const bool excluded = flags.testFlag(QEventLoop::ExcludeSocketNotifiers);\n",
        new="    const bool excluded = false;\n",
        tests=("tst_ContractNotifiers::excludedNotifiersAreNotPolledAndComeLater",),
    ),
    Mutation(
        name="a-successor-gets-what-was-pending",
        promise=13,
        breaks="A notifier that takes a pending one's place is told in the same pass.",
        file="dispatcher/descriptortable.cpp",
        old="    if (found == m_watchers.end() || !(found->second.pending & mark.interests))\n",
        new="    if (found == m_watchers.end())\n",
        tests=("tst_ContractDetails::aSuccessorGetsNothingThatWasPending",),
    ),
    Mutation(
        name="the-oldest-notifier-is-served",
        promise=12,
        breaks="Of several notifiers of one type the first one is told, not the newest.",
        file="dispatcher/descriptortable.cpp",
        old="    return !std::exchange(place, watcher);\n",
        new="    return !place && (place = watcher);\n",
        tests=("tst_ContractSharing::theNewestNotifierOfATypeIsServed",),
    ),
]
