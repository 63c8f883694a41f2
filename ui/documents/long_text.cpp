#include "ui/documents/long_text.h"

#include <QMimeData>
#include <QPlainTextDocumentLayout>
#include <QTextDocument>
#include <QTextOption>
#include <QThread>

#include <algorithm>

namespace ui {

TextEditor::TextEditor(Take take, QWidget* parent) : QPlainTextEdit(parent), m_take(std::move(take)) {}

void TextEditor::insertFromMimeData(const QMimeData* source)
{
    QString text = source->text();
    text.replace(QStringLiteral("\r\n"), QStringLiteral("\n")).replace(QLatin1Char('\r'), QLatin1Char('\n'));
    if (!m_take(text)) QPlainTextEdit::insertFromMimeData(source);
}

TextPatch patchBetween(const QString& before, const QString& after)
{
    const qsizetype shorter = std::min(before.size(), after.size());
    qsizetype head = 0, tail = 0;
    while (head < shorter && before[head] == after[head]) ++head;
    while (tail < shorter - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail])
        ++tail;
    return {head, before.size() - tail - head, after.mid(head, after.size() - head - tail)};
}

void layText(QTextDocument& document, const QFont& font)
{
    document.setDefaultFont(font);
    document.setDocumentLayout(new QPlainTextDocumentLayout(&document));
    QTextOption option = document.defaultTextOption();
    option.setWrapMode(QTextOption::NoWrap);
    document.setDefaultTextOption(option);
}

std::shared_ptr<QTextDocument> makeLong(const QString& text, const QFont& font, QThread* home)
{
    auto document = std::make_shared<QTextDocument>();
    document->setUndoRedoEnabled(false);
    layText(*document, font);
    document->setPlainText(text);
    document->setUndoRedoEnabled(true);
    document->moveToThread(home);
    return document;
}

QString textOf(const QPlainTextEdit& editor)
{
    QString text = editor.document()->toRawText();
    text.replace(QChar::ParagraphSeparator, QLatin1Char('\n'));
    return text;
}

bool isWrittenOtherwise(DocumentState one, DocumentState other, const engine::SchemaOf& schemaOf)
{
    if (one == other) return false;
    auto& first = one.spec.nodes;
    auto& second = other.spec.nodes;
    for (std::size_t i = 0; i < std::min(first.size(), second.size()); ++i)
        if (first[i].params.isSharedWith(second[i].params)) first[i].params = second[i].params = {};
    return engine::writePipeline(specFromState(one), schemaOf) !=
        engine::writePipeline(specFromState(other), schemaOf);
}

}  // namespace ui
