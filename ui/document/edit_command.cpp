#include "ui/document/edit_command.h"

namespace ui {

EditCommand::EditCommand(PipelineDocument& document, const QString& text, std::uint64_t before,
                         std::uint64_t after, int mergeKey, std::uint64_t stroke)
    : QUndoCommand(text),
      m_document(document),
      m_before(before),
      m_after(after),
      m_mergeKey(mergeKey),
      m_stroke(stroke)
{
}

void EditCommand::undo()
{
    m_document.endStep();
    if (!m_document.show(m_before)) setObsolete(true);
}

void EditCommand::redo()
{
    if (!m_document.show(m_after)) setObsolete(true);
}

bool EditCommand::mergeWith(const QUndoCommand* other)
{
    const auto* next = dynamic_cast<const EditCommand*>(other);
    if (!next || next->m_mergeKey != m_mergeKey || next->m_stroke != m_stroke) return false;
    m_document.forget(m_after);
    m_after = next->m_after;
    // What came back to where it began is no step: the stack takes it out.
    if (m_document.isSame(m_before, m_after) && m_document.show(m_before)) {
        m_document.forget(m_after);
        setObsolete(true);
    }
    return true;
}

}  // namespace ui
