#pragma once

#include "ui/document/pipeline_document.h"

#include <QUndoCommand>

namespace ui {

// The only undo command: the whole document before and after. The states themselves are kept by the document,
// which gives up the oldest when they take too much memory; such a step then removes itself from the stack.
class EditCommand : public QUndoCommand {
public:
    // Commands become one where both the merge key and the stroke are the same.
    EditCommand(PipelineDocument& document, const QString& text, std::uint64_t before, std::uint64_t after,
                int mergeKey, std::uint64_t stroke);
    void undo() override;
    void redo() override;
    int id() const override { return m_mergeKey; }
    bool mergeWith(const QUndoCommand* other) override;

private:
    PipelineDocument& m_document;
    std::uint64_t m_before, m_after;
    int m_mergeKey;
    std::uint64_t m_stroke;
};

}  // namespace ui
