#include "ui/closing_flow.h"

#include "ui/overlay/overlay.h"
#include "ui/tray.h"

#include <QFileInfo>

#include <algorithm>

namespace ui {

namespace {

constexpr int kPatienceMs = 10'000;  // a job that cannot stop does not keep the window open for ever

QString quoted(const OpenDocument& document) { return u'"' + briefName(document) + u'"'; }

QString listed(const QStringList& names)
{
    constexpr int kNamed = 6;
    const QString text = names.mid(0, kNamed).join(QStringLiteral(", "));
    return names.size() > kNamed ? ClosingFlow::tr("%1 and %2 more.").arg(text).arg(names.size() - kNamed)
                                 : text + QLatin1Char('.');
}

}  // namespace

ClosingFlow::ClosingFlow(Session& session, Documents& documents, Overlay& overlay)
    : m_session(session),
      m_documents(documents),
      m_overlay(overlay)
{
    m_patience.setSingleShot(true);
    m_patience.setInterval(kPatienceMs);
    connect(&m_patience, &QTimer::timeout, this, &ClosingFlow::mayClose);
    // Queued: the session is going through its documents when it tells this.
    connect(&session, &Session::jobChanged, this, &ClosingFlow::goOn, Qt::QueuedConnection);
}

void ClosingFlow::ask(const QString& title, const QString& text, std::vector<AskCard::Answer> answers)
{
    answers.push_back({tr("Cancel"), {}});
    auto* card = new AskCard(title, text, answers, &m_overlay);
    connect(card, &AskCard::answered, &m_overlay, &Overlay::dismiss);
    connect(card, &AskCard::answered, card, &QObject::deleteLater);
    connect(&m_overlay, &Overlay::dismissed, card, &QObject::deleteLater);
    m_overlay.show(card);
}

void ClosingFlow::closeDocument(OpenDocument* document)
{
    if (!m_session.holds(document)) return;
    if (document->isActive()) {
        ask(tr("%1 is running").arg(quoted(*document)),
            tr("It is stopped with a checkpoint; its next run goes on from there."),
            {{tr("Stop and close"), [this, document] {
                  if (!m_session.holds(document)) return;
                  m_stopping.insert(document);
                  stop(document);
                  goOn(document);
              }}});
        return;
    }
    if (!document->unreadText.isEmpty()) {
        ask(tr("The text of %1 has a mistake").arg(quoted(*document)),
            tr("What you typed last is not in the pipeline yet and would be lost."),
            {{tr("Go back to the text"), [this, document] { Q_EMIT textWanted(document); }},
             {tr("Close without it"), [this, document] {
                  if (!m_session.holds(document)) return;
                  m_session.setUnreadText(*document, {});
                  closeDocument(document);
              }}});
        return;
    }
    if (!Documents::isUnsaved(*document)) return m_documents.close(*document);
    // Asks again where it was edited while it was being written.
    const auto close = [this](OpenDocument* saved) {
        if (saved) closeDocument(saved);
    };
    ask(tr("Save the changes to %1?").arg(quoted(*document)),
        tr("They are in no file yet and would be lost."),
        {{tr("Save"),
          [this, document, close] {
              if (!m_session.holds(document)) return;
              if (document->document->path().isEmpty())
                  Q_EMIT saveAsWanted(document, close);
              else
                  m_documents.save(*document, close);
          }},
         {tr("Do not save"), [this, document] {
              if (m_session.holds(document)) m_documents.close(*document);
          }}});
}

void ClosingFlow::goOn(OpenDocument* document)
{
    if (m_isEnding) {
        stop(document);
        return checkStopped();
    }
    if (!m_stopping.contains(document) || !m_session.holds(document)) return;
    if (document->isActive()) return stop(document);
    m_stopping.erase(document);
    m_ordered.erase(document);
    closeDocument(document);
}

void ClosingFlow::closeWindow()
{
    m_isGivenUp = false;
    QStringList names;
    for (const auto& open : m_session.documents())
        if (Documents::isUnsaved(*open)) names += quoted(*open);
    if (names.isEmpty()) return askAboutJobs(false);
    std::vector<AskCard::Answer> answers;
    if (!m_documents.storage().folder.isEmpty())
        answers.push_back({tr("Keep as drafts"), [this] { askAboutJobs(true); }});
    answers.push_back({names.size() == 1 ? tr("Save") : tr("Save all"), [this] { saveAll(); }});
    answers.push_back({tr("Do not save"), [this] { askAboutJobs(false); }});
    ask(names.size() == 1 ? tr("%1 has unsaved changes").arg(names.front())
                          : tr("%1 pipelines have unsaved changes").arg(names.size()),
        (names.size() == 1 ? QString() : listed(names) + QLatin1Char('\n')) +
            (m_documents.storage().folder.isEmpty()
                 ? tr("They would be lost.")
                 : tr("Drafts are opened again at the next start. What is not kept is lost.")),
        std::move(answers));
}

void ClosingFlow::saveAll()
{
    const auto& all = m_session.documents();
    const auto unsaved = std::find_if(all.begin(), all.end(), [](const auto& open) {
        return open->document->isModified() && !open->document->isReadOnly();
    });
    if (unsaved == all.end()) return askAboutText();
    OpenDocument* document = unsaved->get();
    const auto next = [this](OpenDocument* saved) {
        if (saved && !saved->document->isModified()) saveAll();
    };
    if (!document->document->path().isEmpty()) return m_documents.save(*document, next);
    m_session.show(document);
    Q_EMIT saveAsWanted(document, next);
}

void ClosingFlow::askAboutText()
{
    QStringList names;
    for (const auto& open : m_session.documents())
        if (!open->unreadText.isEmpty()) names += quoted(*open);
    if (names.isEmpty()) return askAboutJobs(false);
    std::vector<AskCard::Answer> answers;
    if (!m_documents.storage().folder.isEmpty())
        answers.push_back({tr("Keep as drafts"), [this] { askAboutJobs(true); }});
    answers.push_back({tr("Give it up"), [this] { askAboutJobs(false); }});
    ask(tr("A text with a mistake is in no pipeline"),
        tr("What was typed last as the text of %1 It cannot be saved before the mistake is corrected.")
            .arg(listed(names)),
        std::move(answers));
}

void ClosingFlow::askToDiscard(const QString& what, std::function<void()> discard)
{
    ask(tr("Discard what was not saved?"), tr("%1. It is in no file and would be gone for good.").arg(what),
        {{tr("Discard for good"), std::move(discard)}});
}

void ClosingFlow::askToReplace(const QString& path, std::function<void()> replace,
                               std::function<void()> another)
{
    const QString name = QFileInfo(path).fileName();
    ask(tr("Replace %1?").arg(name), tr("It is there already. What is in it would be lost."),
        {{tr("Choose another name"), std::move(another)}, {tr("Replace it"), std::move(replace)}});
}

void ClosingFlow::askAboutJobs(bool keepsUnsaved)
{
    const auto& all = m_session.documents();
    QStringList running;
    for (const auto& open : all)
        if (open->isActive()) running += quoted(*open);
    if (running.isEmpty()) return end(keepsUnsaved);
    const bool isKeeping = !m_documents.storage().folder.isEmpty();
    const bool isOne = running.size() == 1;
    ask(isOne ? tr("%1 is running").arg(running.front()) : tr("%1 jobs are running").arg(running.size()),
        (isOne ? QString() : listed(running) + QLatin1Char('\n')) +
            (isKeeping ? tr("Stopped jobs save their state and go on at the next start.")
                       : tr("Stopped jobs save their state; the next run goes on from there.")),
        {{isOne ? tr("Stop it and quit") : tr("Stop them and quit"),
          [this, keepsUnsaved] { stopAll(keepsUnsaved); }},
         {Tray::isThere() ? tr("Keep in the tray") : tr("Keep running, minimised"),
          [this] { Q_EMIT backgroundWanted(); }}});
}

bool ClosingFlow::keep(bool keepsUnsaved, void (ClosingFlow::*then)(bool))
{
    const engine::Status kept = m_documents.keepForNextStart(keepsUnsaved);
    if (kept || m_isGivenUp) return true;
    ask(tr("What is to come back at the next start cannot be written"),
        tr("%1. Without it changes that are in no file would be lost, and jobs that run would not go on by "
           "themselves.")
            .arg(QString::fromStdString(kept.error().message)),
        {{tr("Try again"), [this, keepsUnsaved, then] { (this->*then)(keepsUnsaved); }},
         {tr("Close without it"), [this, keepsUnsaved, then] {
              m_isGivenUp = true;
              (this->*then)(keepsUnsaved);
          }}});
    return false;
}

void ClosingFlow::end(bool keepsUnsaved)
{
    if (!keep(keepsUnsaved, &ClosingFlow::end)) return;
    for (const auto& open : m_session.documents()) open->isToRunAgain = false;
    Q_EMIT mayClose();
}

void ClosingFlow::stopAll(bool keepsUnsaved)
{
    if (!keep(keepsUnsaved, &ClosingFlow::stopAll)) return;
    m_isEnding = true;
    for (const auto& open : m_session.documents()) stop(open.get());
    m_patience.start();
    showStopping();
    checkStopped();
}

// It stays until the window goes: what were edited beneath it would be in no file and no draft.
void ClosingFlow::showStopping()
{
    QStringList names;
    for (const auto& open : m_session.documents())
        if (open->isActive()) names += quoted(*open);
    if (names.isEmpty()) return;
    auto* card = new AskCard(names.size() == 1 ? tr("Stopping %1…").arg(names.front())
                                               : tr("Stopping %1 jobs…").arg(names.size()),
                             tr("Their state is saved first; then the window closes by itself. Without that, "
                                "the next run goes on from the checkpoint before."),
                             {{tr("Close without waiting"), [this] { Q_EMIT mayClose(); }}}, &m_overlay);
    connect(card, &AskCard::answered, &m_overlay, &Overlay::dismiss);
    connect(card, &AskCard::answered, card, &QObject::deleteLater);
    connect(&m_overlay, &Overlay::dismissed, card, [this, card] {
        card->deleteLater();
        showStopping();
    });
    m_overlay.show(card);
}

// One that is being started has no job yet; it is told when it has. What was to run again does not any more.
void ClosingFlow::stop(OpenDocument* document)
{
    if (!m_session.holds(document)) return;
    document->isToRunAgain = false;
    if (!document->isActive() || !document->job) return;
    if (m_ordered.insert(document).second) m_session.act(*document, engine::JobAction::Stop);
}

void ClosingFlow::checkStopped()
{
    const auto& all = m_session.documents();
    if (std::any_of(all.begin(), all.end(), [](const auto& open) { return open->isActive(); })) return;
    m_patience.stop();
    Q_EMIT mayClose();
}

}  // namespace ui
