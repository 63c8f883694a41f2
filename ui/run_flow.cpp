#include "ui/run_flow.h"

#include "ui/overlay/ask_card.h"
#include "ui/overlay/notice_bar.h"
#include "ui/overlay/overlay.h"
#include "ui/plain_text.h"
#include "ui/wording.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace ui {

RunFlow::RunFlow(Session& session, Documents& documents, JobBook& book, Overlay& overlay, NoticeBar& notices,
                 std::function<bool(engine::JobId)> isSeen)
    : m_session(session),
      m_documents(documents),
      m_book(book),
      m_overlay(overlay),
      m_notices(notices),
      m_isSeen(std::move(isSeen))
{
    m_book.setTitles([this](const engine::JobTelemetry& job, const engine::NodeId& node) {
        for (const auto& open : m_session.documents()) {
            // The first figures of a job come before the answer that names it.
            const bool isComing = open->isStarting && open->document->spec().name == job.status.name;
            if (open->job == job.job || isComing) return nodeTitle(open->document->spec(), node);
        }
        return QString();
    });
    connect(&session, &Session::startRefused, this, &RunFlow::tellRefused);
    connect(&session, &Session::jobChanged, this, [this](OpenDocument* document) {
        if (document->isActive()) withdraw(document);
        // Where it failed, why is being told.
        const bool hasFailed = !document->isActive() && document->state() == engine::JobState::Failed;
        if (document->isOrderRefused || hasFailed) document->isToRunAgain = false;
        if (document->isActive() || !document->isToRunAgain) return;
        // Queued: the session may still be going through its documents.
        QMetaObject::invokeMethod(
            this, [this, document] { runStopped(document); }, Qt::QueuedConnection);
    });
    connect(&session, &Session::documentsChanged, this, [this] {
        const auto said = m_said;
        for (const auto& [document, text] : said)
            if (!m_session.holds(document)) withdraw(document);
    });
    // Queued: the session may still be going through its documents.
    connect(&book, &JobBook::began, this, &RunFlow::take, Qt::QueuedConnection);
}

OpenDocument* RunFlow::documentOf(engine::JobId job) const
{
    for (const auto& open : m_session.documents())
        if (open->job == job) return open.get();
    return nullptr;
}

void RunFlow::say(OpenDocument* document, const QString& text, const std::vector<Answer>& answers)
{
    withdraw(document);
    std::vector<NoticeBar::Answer> all;
    for (const auto& [name, run] : answers)
        all.push_back({name, [this, document, run = run] {
                           if (m_session.holds(document)) (this->*run)(document);
                       }});
    all.push_back({tr("Dismiss"), {}});
    m_said[document] = text;
    m_notices.say(NoticeBar::Trouble, text, all);
}

void RunFlow::withdraw(OpenDocument* document)
{
    if (const auto said = m_said.extract(document)) m_notices.withdraw(said.mapped());
}

void RunFlow::tellRefused(OpenDocument* document)
{
    const engine::Error& why = *document->failure;
    // What is wrong with the document is listed already, each mistake at its place.
    const auto problems = document->problems();
    const bool isOfDocument = !document->asked || *document->asked == document->document->spec();
    const bool isListed = isOfDocument && !problems.empty() && problems.front().message != why.message &&
        why.code == engine::ErrorCode::InvalidSpec && engine::hasProblem(problems);
    const QString place = isListed ? placeText(problems.front(), *document)
                                   : nodeTitle(document->document->spec(), document->nodeOf(why));
    const QString reason = isListed ? QString::fromStdString(problems.front().message)
                                    : windowWords(QString::fromStdString(why.message));
    const QString said = place.isEmpty() ? reason : place + QStringLiteral(": ") + reason;
    document->refusedStart =
        m_book.addRefused(document->document->name().toStdString(), plainLine(said, 400),
                          std::chrono::time_point_cast<engine::Duration>(std::chrono::system_clock::now()));
    std::vector<Answer> answers;
    // It stays while other tabs are looked at; of one that is seen the other tab matters.
    if (document != m_session.current() || !m_session.twinOf(*document))
        answers.push_back({tr("Show"), &RunFlow::show});
    if (m_session.twinOf(*document)) answers.push_back({tr("Show its tab"), &RunFlow::showTwin});
    if (m_session.twinOf(*document) || why.code == engine::ErrorCode::Unavailable)
        answers.push_back({tr("Give this copy an id of its own"), &RunFlow::giveOwnId});
    if (isAboutSavedState(why))
        answers.push_back({tr("Run from the beginning…"), &RunFlow::askToBeginAnew});
    say(document, tr("“%1” was not started. %2").arg(briefName(*document), plainLine(said, 400)), answers);
    if (document == m_session.current()) Q_EMIT problemsWanted(document);
}

void RunFlow::take(engine::JobId job, engine::JobState state)
{
    const JobRecord* record = m_book.find(job);
    if (!record || state != engine::JobState::Failed || record->latest.status.state != state) return;
    if (m_isSeen(job)) return;
    m_unseen.insert(job);
    tellFailed(*record);
    Q_EMIT unseenChanged();
}

void RunFlow::tellFailed(const JobRecord& record)
{
    const engine::JobTelemetry& job = record.latest;
    const QString name = plainLine(QString::fromStdString(job.status.name).simplified(), 60);
    const QString why = plainLine(
        failureText(job, [&](const engine::NodeId& node) { return m_book.titleOf(job, node); }), 400);
    const QString text = tr("“%1” failed: %2").arg(name, why);
    OpenDocument* document = documentOf(job.job);
    if (document) return say(document, text, {{tr("Show"), &RunFlow::show}});
    m_notices.say(NoticeBar::Trouble, text,
                  {{tr("Show"), [this, id = job.job] { Q_EMIT jobWanted(id); }}, {tr("Dismiss"), {}}});
}

void RunFlow::look()
{
    const std::size_t before = m_unseen.size();
    std::erase_if(m_unseen, m_isSeen);
    if (m_unseen.size() != before) Q_EMIT unseenChanged();
}

void RunFlow::show(OpenDocument* document)
{
    m_session.show(document);
    Q_EMIT problemsWanted(document);
}

void RunFlow::showTwin(OpenDocument* document)
{
    if (OpenDocument* twin = m_session.twinOf(*document)) m_session.show(twin);
}

void RunFlow::giveOwnId(OpenDocument* document)
{
    m_documents.giveOwnId(*document);
    m_notices.say(NoticeBar::Told,
                  tr("“%1” has an id of its own now and begins with no saved state. Save it, then run it.")
                      .arg(briefName(*document)));
}

void RunFlow::runAgain(OpenDocument* document)
{
    if (!document || !document->isActive() || !document->job) return;
    m_session.act(*document, engine::JobAction::Stop);
    document->isToRunAgain = true;
    if (document == m_session.current()) Q_EMIT m_session.runChanged();
    Q_EMIT m_session.jobChanged(document);
}

// It may have been closed meanwhile, or stopped for good.
void RunFlow::runStopped(OpenDocument* document)
{
    if (!m_session.holds(document) || !std::exchange(document->isToRunAgain, false)) return;
    m_session.run(*document);
}

void RunFlow::tellOther(OpenDocument* document)
{
    say(document,
        tr("“%1” runs already, with the graph that it was started with. To run the changed one it is stopped "
           "first; that saves its state, and the new run goes on from it.")
            .arg(briefName(*document)),
        {{tr("Stop and run again"), &RunFlow::runAgain}});
}

void RunFlow::askToBeginAnew(OpenDocument* document)
{
    if (!document || document->isActive()) return;
    auto* card = new AskCard(
        tr("Run “%1” from the beginning?").arg(briefName(*document)),
        tr("What was saved of its runs – how far its sources were read, open windows, counts – is set aside, "
           "and its input is read again. What a sink does with output that is there, its own settings say."),
        {{tr("Run from the beginning"),
          [this, document] {
              if (m_session.holds(document)) m_session.run(*document, engine::StartFrom::Beginning);
          }},
         {tr("Cancel"), {}}},
        &m_overlay);
    connect(card, &AskCard::answered, &m_overlay, &Overlay::dismiss);
    connect(card, &AskCard::answered, card, &QObject::deleteLater);
    connect(&m_overlay, &Overlay::dismissed, card, &QObject::deleteLater);
    m_overlay.show(card);
}

}  // namespace ui
