#pragma once

#include "ui/document/document_state.h"

#include <QPlainTextEdit>
#include <QString>

#include <functional>
#include <memory>

class QThread;

// What makes a text of some MiB as quick to edit as a short one. All but the editor is for any thread.
namespace ui {

// An editor that offers what is pasted to its owner first. GUI thread.
class TextEditor : public QPlainTextEdit {
public:
    using Take = std::function<bool(const QString& text)>;  // false: it is inserted as usual
    TextEditor(Take take, QWidget* parent);

protected:
    void insertFromMimeData(const QMimeData* source) override;

private:
    Take m_take;
};

// What is to be done to a text so that it becomes another one.
struct TextPatch {
    qsizetype at = 0, removed = 0;
    QString added{};
};
TextPatch patchBetween(const QString& before, const QString& after);

void layText(QTextDocument& document, const QFont& font);
// Blocks and their layout are most of the work. It belongs to `home` afterwards.
std::shared_ptr<QTextDocument> makeLong(const QString& text, const QFont& font, QThread* home);
// With each character as it was typed: toPlainText() makes other spaces of some.
QString textOf(const QPlainTextEdit& editor);

// Whether the files of the two would differ. Parameters that both share are not written out for that.
bool isWrittenOtherwise(DocumentState one, DocumentState other, const engine::SchemaOf& schemaOf);

}  // namespace ui
