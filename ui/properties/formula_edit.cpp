#include "ui/properties/formula_edit.h"

#include "data/expression_functions.h"
#include "data/expression_lexer.h"
#include "ui/theme.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QStandardItemModel>
#include <QStyledItemDelegate>

#include <algorithm>
#include <numeric>

namespace ui {

namespace {

constexpr int kLinesLeast = 2, kLinesMost = 8;
constexpr int kDetailRole = Qt::UserRole + 1, kInsertRole = Qt::UserRole + 2;
constexpr int kPopupWidthLeast = 240, kPopupGap = 4, kCompletionsShown = 8;

QString fromView(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

bool isWordCharacter(QChar c)
{
    return c.isLetterOrNumber() || c == u'_' || c == u'.' || c == u'$' || c == u'{';
}

// Name on the left, what it is on the right.
class CompletionDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override
    {
        return {0, 26};
    }
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        painter->save();
        if (option.state & QStyle::State_Selected)
            painter->fillRect(option.rect, theme().color(Tone::Raised));
        const QRect place = option.rect.adjusted(10, 0, -10, 0);
        painter->setFont(theme().mono(TypeSize::Body));
        painter->setPen(theme().color(Tone::Text));
        const QString name = index.data().toString();
        const int width = painter->fontMetrics().horizontalAdvance(name) + 16;
        painter->drawText(place, Qt::AlignVCenter | Qt::AlignLeft, name);
        painter->setFont(theme().font(TypeSize::Small));
        painter->setPen(theme().readable(Tone::TextFaint, Tone::Raised));
        const QString detail = painter->fontMetrics().elidedText(index.data(kDetailRole).toString(),
                                                                 Qt::ElideRight, place.width() - width);
        painter->drawText(place, Qt::AlignVCenter | Qt::AlignRight, detail);
        painter->restore();
    }
};

bool isNameOfFunction(const std::string& upper)
{
    const auto all = engine::expressionFunctions();
    return std::any_of(all.begin(), all.end(), [&](const auto& info) { return info.name == upper; });
}

// Words of the language that are no entry of the function table by themselves.
bool isKeyword(const std::string& upper)
{
    static const QStringList kWords{
        QStringLiteral("WHEN"), QStringLiteral("THEN"), QStringLiteral("ELSE"),   QStringLiteral("END"),
        QStringLiteral("IS"),   QStringLiteral("NULL"), QStringLiteral("TRUE"),   QStringLiteral("FALSE"),
        QStringLiteral("AS"),   QStringLiteral("FROM"), QStringLiteral("ESCAPE")};
    return kWords.contains(QString::fromStdString(upper));
}

}  // namespace

void FormulaHighlighter::setSchema(engine::SchemaPtr schema)
{
    m_schema = std::move(schema);
    rehighlight();
}

void FormulaHighlighter::highlightBlock(const QString& text)
{
    const QByteArray bytes = text.toUtf8();
    auto lexed = engine::tokensOf({bytes.data(), static_cast<std::size_t>(bytes.size())});
    // What cannot be cut into words, such as a text without its end, is still coloured as far as it goes.
    if (const auto* error = std::get_if<engine::ExpressionError>(&lexed))
        lexed =
            engine::tokensOf({bytes.data(), std::min(error->offset, static_cast<std::size_t>(bytes.size()))});
    const auto* tokens = std::get_if<std::vector<engine::Token>>(&lexed);
    if (!tokens) return;
    // Tokens come in order, so each byte is counted once.
    std::size_t countedBytes = 0;
    int counted = 0;
    const auto place = [&](std::size_t byte) {
        counted += static_cast<int>(
            QString::fromUtf8(bytes.constData() + countedBytes, static_cast<qsizetype>(byte - countedBytes))
                .size());
        countedBytes = byte;
        return counted;
    };
    for (const engine::Token& token : *tokens) {
        Tone tone = Tone::Text;
        const bool isWord = token.kind == engine::TokenKind::Word;
        if (isWord && m_schema && m_schema->find(token.text))
            tone = Tone::Info;
        else if (isWord && (isNameOfFunction(token.upper) || isKeyword(token.upper)))
            tone = Tone::Window;
        else if (token.kind == engine::TokenKind::QuotedName)
            tone = Tone::Info;
        else if (token.kind == engine::TokenKind::Number || token.kind == engine::TokenKind::Constant)
            tone = Tone::Warning;
        else if (token.kind == engine::TokenKind::Text)
            tone = Tone::Ok;
        if (tone == Tone::Text) continue;
        const int begin = place(token.offset);
        setFormat(begin, place(token.offset + token.length) - begin, theme().readable(tone, Tone::Ground));
    }
}

FormulaEdit::FormulaEdit(QWidget* parent)
    : QPlainTextEdit(parent),
      m_words(new QStandardItemModel(this)),
      m_completer(new QCompleter(m_words, this)),
      m_highlighter(new FormulaHighlighter(document()))
{
    setObjectName(QStringLiteral("formula"));
    setFont(theme().mono(TypeSize::Body));
    setTabChangesFocus(true);
    setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    document()->setDocumentMargin(6);
    m_completer->setWidget(this);
    m_completer->setCaseSensitivity(Qt::CaseInsensitive);
    m_completer->setMaxVisibleItems(kCompletionsShown);
    m_completer->popup()->setItemDelegate(new CompletionDelegate(m_completer));
    m_completer->popup()->setObjectName(QStringLiteral("completions"));
    connect(m_completer, qOverload<const QModelIndex&>(&QCompleter::activated), this,
            [this](const QModelIndex& index) { take(index.data(kInsertRole).toString()); });
    connect(this, &QPlainTextEdit::textChanged, this, &FormulaEdit::fitHeight);
    connect(&theme(), &Theme::changed, this, [this] { m_highlighter->rehighlight(); });
    fitHeight();
}

void FormulaEdit::setNames(const engine::SchemaPtr& schema, const engine::Constants& constants)
{
    QList<QStandardItem*> items;
    const auto add = [&items](const QString& name, const QString& detail, const QString& help,
                              const QString& insert) {
        auto* item = new QStandardItem(name);
        item->setData(detail, kDetailRole);
        item->setData(insert, kInsertRole);
        item->setToolTip(help);
        items += item;
    };
    if (schema)
        for (const engine::Field& column : schema->fields()) {
            const QString name = QString::fromStdString(column.name);
            const bool isPlain = std::all_of(name.begin(), name.end(),
                                             [](QChar c) { return c.isLetterOrNumber() || c == u'_'; });
            add(name, fromView(engine::dataTypeName(column.type)).toUpper(), {},
                isPlain ? name : QLatin1Char('`') + name + QLatin1Char('`'));
        }
    for (const auto& [name, value] : constants) {
        const QString reference = QStringLiteral("${") + QString::fromStdString(name) + QLatin1Char('}');
        add(reference, tr("parameter, %1").arg(fromView(engine::dataTypeName(value.type)).toUpper()), {},
            reference);
    }
    for (const engine::FunctionInfo& function : engine::expressionFunctions()) {
        const QString name = fromView(function.name);
        if (name.isEmpty() || !name.front().isLetter() || name.startsWith(QLatin1String("UNARY"))) continue;
        const QString signature = fromView(function.signature);
        add(name, signature, fromView(function.help),
            signature.startsWith(name + QLatin1Char('(')) ? name + QStringLiteral("()") : name);
    }
    // At once, for the completer sorts itself out anew at each change.
    m_words->clear();
    m_words->setColumnCount(1);  // else it tells of the column in the midst of the rows
    m_words->invisibleRootItem()->appendRows(items);
    m_highlighter->setSchema(schema);
}

QString FormulaEdit::wordAtCursor() const
{
    const QTextCursor cursor = textCursor();
    const QString line = cursor.block().text();
    const int end = cursor.positionInBlock();
    int begin = end;
    while (begin > 0 && isWordCharacter(line[begin - 1])) --begin;
    return line.mid(begin, end - begin);
}

QString FormulaEdit::functionAtCursor() const
{
    const QString before = toPlainText().left(textCursor().position());
    int depth = 0;
    for (qsizetype at = before.size(); at-- > 0;) {
        if (before[at] == u')') ++depth;
        if (before[at] != u'(' || depth-- > 0) continue;
        qsizetype begin = at;
        while (begin > 0 && (before[begin - 1].isLetterOrNumber() || before[begin - 1] == u'_')) --begin;
        if (begin < at) return before.mid(begin, at - begin).toUpper();
        depth = 0;
    }
    return {};
}

void FormulaEdit::complete(bool isAsked)
{
    const QString word = wordAtCursor();
    const bool isNumber = !word.isEmpty() && word.front().isDigit();
    if (isNumber || (word.isEmpty() && !isAsked)) return m_completer->popup()->hide();
    m_completer->setCompletionPrefix(word);
    const bool isWhole = m_completer->completionCount() == 1 &&
        m_completer->currentCompletion().compare(word, Qt::CaseInsensitive) == 0;
    if (m_completer->completionCount() == 0 || (isWhole && !isAsked)) return m_completer->popup()->hide();
    m_completer->popup()->setCurrentIndex(m_completer->completionModel()->index(0, 0));
    // Below the field, so that what is typed can be read, and no wider than it where that will do.
    QRect place = rect().adjusted(0, 0, 0, kPopupGap);
    place.setLeft(std::min(0, width() - kPopupWidthLeast));
    m_completer->complete(place);
}

void FormulaEdit::take(const QString& completion)
{
    QTextCursor cursor = textCursor();
    cursor.movePosition(QTextCursor::Left, QTextCursor::KeepAnchor, static_cast<int>(wordAtCursor().size()));
    cursor.insertText(completion);
    if (completion.endsWith(QLatin1String("()"))) cursor.movePosition(QTextCursor::Left);
    setTextCursor(cursor);
    Q_EMIT userTyped();
}

void FormulaEdit::setMistake(engine::TextSpan characters)
{
    const std::u32string codePoints = toPlainText().toStdU32String();
    const auto place = [&](std::size_t character) {
        const std::u32string before = codePoints.substr(0, character);
        return static_cast<int>(QString::fromStdU32String(before).size());
    };
    const int count = static_cast<int>(toPlainText().size());
    int begin = place(characters.begin), end = place(characters.begin + characters.length);
    if (begin == end) end = std::min(begin + 1, count);
    if (begin == end && begin > 0) --begin;
    QTextEdit::ExtraSelection mark;
    mark.cursor = QTextCursor(document());
    mark.cursor.setPosition(begin);
    mark.cursor.setPosition(end, QTextCursor::KeepAnchor);
    mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
    mark.format.setUnderlineColor(theme().color(Tone::Error));
    setExtraSelections({mark});
}

void FormulaEdit::clearMistake() { setExtraSelections({}); }

void FormulaEdit::keyPressEvent(QKeyEvent* event)
{
    const bool isOpen = m_completer->popup()->isVisible();
    const int key = event->key();
    if (isOpen &&
        (key == Qt::Key_Enter || key == Qt::Key_Return || key == Qt::Key_Tab || key == Qt::Key_Escape))
        return event->ignore();  // the list takes it
    if (key == Qt::Key_Space && event->modifiers() & Qt::ControlModifier) return complete(true);
    const QString before = toPlainText();
    QPlainTextEdit::keyPressEvent(event);
    if (toPlainText() == before) return;
    Q_EMIT userTyped();
    const bool isTyping = !event->text().isEmpty() && event->text().front().isPrint();
    if (isTyping || isOpen) complete(false);
}

void FormulaEdit::changeEvent(QEvent* event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) fitHeight();
}

void FormulaEdit::resizeEvent(QResizeEvent* event)
{
    QPlainTextEdit::resizeEvent(event);
    fitHeight();
}

// The document's height is in lines as they are broken, which is known once there is a width.
void FormulaEdit::fitHeight()
{
    const int lines = std::clamp(static_cast<int>(document()->size().height()), kLinesLeast, kLinesMost);
    const int height = lines * fontMetrics().lineSpacing() +
        2 * static_cast<int>(document()->documentMargin()) + 2 * frameWidth() + 4;
    if (height != minimumHeight() || height != maximumHeight()) setFixedHeight(height);
}

}  // namespace ui
