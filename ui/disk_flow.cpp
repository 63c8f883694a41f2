#include "ui/disk_flow.h"

#include "ui/overlay/ask_card.h"
#include "ui/overlay/notice_bar.h"
#include "ui/overlay/overlay.h"

#include <QDir>
#include <QEvent>
#include <QFileInfo>

#include <algorithm>

namespace ui {

DiskFlow::DiskFlow(Session& session, Documents& documents, Overlay& overlay, NoticeBar& notices)
    : m_session(session),
      m_documents(documents),
      m_overlay(overlay),
      m_notices(notices),
      m_watch(session, documents.worker())
{
    connect(&m_watch, &FileWatch::differs, this, [this](OpenDocument* document) { say(document, false); });
    connect(&m_watch, &FileWatch::gone, this, [this](OpenDocument* document) { say(document, true); });
    connect(&m_watch, &FileWatch::agrees, this, &DiskFlow::withdraw);
    connect(&documents, &Documents::changedOnDisk, this, &DiskFlow::askBeforeSaving);
    connect(&session, &Session::documentsChanged, this, [this] {
        const auto said = m_said;
        for (const auto& [document, text] : said)
            if (!m_session.holds(document)) withdraw(document);
    });
}

bool DiskFlow::eventFilter(QObject*, QEvent* event)
{
    if (event->type() == QEvent::WindowActivate) m_watch.check();
    return false;
}

// Its name; with the folder where another open document's file has the same name.
QString DiskFlow::fileOf(const OpenDocument& document) const
{
    const QFileInfo file(document.document->path());
    const auto& all = m_session.documents();
    const auto same = std::count_if(all.begin(), all.end(), [&](const auto& open) {
        return QFileInfo(open->document->path()).fileName() == file.fileName();
    });
    return same > 1 ? tr("%1 in %2").arg(file.fileName(), QDir::toNativeSeparators(file.absolutePath()))
                    : file.fileName();
}

void DiskFlow::say(OpenDocument* document, bool isGone)
{
    withdraw(document);
    QString& text = m_said[document];
    if (isGone) {
        text = tr("%1 was removed, moved, or cannot be read any more. What was in it is still here; saving "
                  "writes it again.")
                   .arg(fileOf(*document));
        document->document->setModified();
        return m_notices.say(NoticeBar::Trouble, text);
    }
    text = document->document->isModified()
        ? tr("Another program has changed %1, and you have changes of your own. After a reload Undo brings "
             "yours back.")
              .arg(fileOf(*document))
        : tr("Another program has changed %1.").arg(fileOf(*document));
    m_notices.say(NoticeBar::Trouble, text,
                  {{tr("Reload"),
                    [this, document] {
                        if (m_session.holds(document)) m_documents.reload(*document);
                    }},
                   {tr("Keep mine"), [this, document] {
                        if (!m_session.holds(document)) return;
                        m_watch.accept(*document);
                        document->document->setModified();
                    }}});
}

void DiskFlow::withdraw(OpenDocument* document)
{
    if (const auto said = m_said.extract(document)) m_notices.withdraw(said.mapped());
}

void DiskFlow::askBeforeSaving(OpenDocument* document, const Documents::Then& then)
{
    m_questions.push_back({document, then});
    if (m_questions.size() == 1) askNext();
}

void DiskFlow::askNext()
{
    if (m_questions.empty()) return;
    const OpenDocument& document = *m_questions.front().document;
    if (!m_session.holds(&document)) return answer([](OpenDocument&, const Documents::Then&) {});
    using Then = Documents::Then;
    auto* card = new AskCard(
        tr("Another program has changed %1").arg(fileOf(document)),
        tr("Saving over it loses what that wrote. After a reload Undo brings your changes back."),
        {{tr("Save as…"),
          [this] {
              answer([this](OpenDocument& own, const Then& then) { Q_EMIT saveAsWanted(&own, then); });
          }},
         {tr("Save over it"),
          [this] {
              answer([this](OpenDocument& own, const Then& then) { m_documents.save(own, then, true); });
          }},
         {tr("Reload"),
          [this] {
              answer([this](OpenDocument& own, const Then& then) {
                  m_documents.reload(own);
                  if (then) then(nullptr);
              });
          }},
         {tr("Cancel"),
          [this] {
              answer([](OpenDocument&, const Then& then) {
                  if (then) then(nullptr);
              });
          }}},
        &m_overlay);
    connect(card, &AskCard::answered, &m_overlay, &Overlay::dismiss);
    connect(card, &AskCard::answered, card, &QObject::deleteLater);
    connect(&m_overlay, &Overlay::dismissed, card, [this, card] {
        card->deleteLater();
        answer([](OpenDocument&, const Then& then) {
            if (then) then(nullptr);
        });
    });
    m_overlay.show(card);
}

void DiskFlow::answer(const std::function<void(OpenDocument&, const Documents::Then&)>& run)
{
    if (m_questions.empty()) return;
    const Question question = m_questions.front();
    m_questions.pop_front();
    if (m_session.holds(question.document)) run(*question.document, question.then);
    // Queued: this may be inside the event that puts the card away.
    QMetaObject::invokeMethod(this, &DiskFlow::askNext, Qt::QueuedConnection);
}

}  // namespace ui
