#include "ui/documents/typed_texts.h"

#include "ui/documents/long_text.h"

#include <algorithm>
#include <utility>

namespace ui {

TypedTexts::TypedTexts(Session& session, FileWorker& worker) : m_session(session), m_worker(worker)
{
    connect(&session, &Session::documentsChanged, this, &TypedTexts::forgetClosed);
}

bool TypedTexts::isReading(const OpenDocument& open) const
{
    const auto found = m_entries.find(const_cast<OpenDocument*>(&open));
    return found != m_entries.end() && found->second.isAsked;
}

TypedTexts::Entry& TypedTexts::entryOf(OpenDocument& open)
{
    Entry& entry = m_entries[&open];
    entry.ticket = ++m_ticket;
    return entry;
}

void TypedTexts::expect(OpenDocument& open)
{
    Entry& entry = entryOf(open);
    entry.isAsked = false;
    entry.text = {};
}

void TypedTexts::read(OpenDocument& open, const QString& text)
{
    Entry& entry = entryOf(open);
    entry.text = text;
    entry.isAsked = true;
    // Another edit comes on top of what was typed before it.
    if (!entry.edit)
        entry.edit = connect(open.document.get(), &PipelineDocument::aboutToEdit, this, [this, &open] {
            if (!m_isTaking && isReading(open)) finish(open, QString(m_entries.at(&open).text));
        });
    m_worker.ask(this, reading(open, text), [this, &open, ticket = entry.ticket](Typed typed) {
        const auto found = m_entries.find(&open);
        if (found == m_entries.end() || found->second.ticket != ticket) return;
        take(open, QString(found->second.text), std::move(typed));
    });
}

void TypedTexts::finish(OpenDocument& open, const QString& text)
{
    entryOf(open);  // an answer on its way is about the same
    take(open, text, reading(open, text)());
}

// For any thread: what the text says, and whether that is new. Other spaces or another order are not.
std::function<TypedTexts::Typed()> TypedTexts::reading(const OpenDocument& open, const QString& text) const
{
    return [text, state = open.document->snapshot(), &client = m_session.client()] {
        Typed typed{readText(text.toUtf8()), false};
        shareParams(typed.read.state, *state);
        typed.isOther = isWrittenOtherwise(typed.read.state, *state,
                                           [&client](std::string_view id) { return client.schemaOf(id); });
        return typed;
    };
}

void TypedTexts::take(OpenDocument& open, const QString& text, Typed typed)
{
    ReadDocument& read = typed.read;
    QString mistake;
    if (read.isReadOnly) {
        const auto problem =
            std::find_if(read.diagnostics.begin(), read.diagnostics.end(), [](const auto& diagnostic) {
                return diagnostic.severity == engine::Diagnostic::Problem;
            });
        mistake = problem == read.diagnostics.end() ? tr("This cannot be read as a pipeline.")
                                                    : QString::fromStdString(problem->message);
        m_session.setUnreadText(open, text, mistake);
    } else {
        const bool isOuter = !std::exchange(m_isTaking, true);
        if (typed.isOther) open.document->replace(tr("Edit the text"), std::move(read));
        if (isOuter) m_isTaking = false;
        m_session.setUnreadText(open, {});
    }
    Q_EMIT taken(&open, text, mistake);
    end(&open);
}

void TypedTexts::whenRead(OpenDocument* open, Then then)
{
    const auto found = m_entries.find(open);
    if (found == m_entries.end()) return then();
    found->second.then.push_back(std::move(then));
}

void TypedTexts::whenAllRead(Then then)
{
    if (m_entries.empty()) return then();
    whenRead(m_entries.begin()->first, [this, then = std::move(then)] { whenAllRead(then); });
}

void TypedTexts::end(OpenDocument* open)
{
    auto ended = m_entries.extract(open);
    if (!ended) return;
    disconnect(ended.mapped().edit);
    for (const Then& then : ended.mapped().then) then();
}

// Another document may come to lie where one lay.
void TypedTexts::forgetClosed()
{
    std::vector<OpenDocument*> closed;
    for (const auto& [open, entry] : m_entries)
        if (!m_session.holds(open)) closed.push_back(open);
    for (OpenDocument* open : closed) end(open);
}

}  // namespace ui
