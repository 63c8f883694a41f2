#include "ui/document/edit_command.h"

namespace ui {

EditCommand::EditCommand(PipelineDocument& document, const QString& text, std::uint64_t before,
                         std::uint64_t after, int mergeKey)
    : QUndoCommand(text),
      m_document(document),
      m_before(before),
      m_after(after),
      m_mergeKey(mergeKey)
{
}

void EditCommand::undo()
{
    if (!m_document.show(m_before)) setObsolete(true);
}

void EditCommand::redo()
{
    if (!m_document.show(m_after)) setObsolete(true);
}

bool EditCommand::mergeWith(const QUndoCommand* other)
{
    const auto* next = dynamic_cast<const EditCommand*>(other);
    if (!next || next->m_mergeKey != m_mergeKey) return false;
    m_document.forget(m_after);
    m_after = next->m_after;
    return true;
}

}  // namespace ui
