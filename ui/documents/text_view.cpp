#include "ui/documents/text_view.h"

#include "base/limits.h"
#include "ui/documents/json_highlighter.h"
#include "ui/format.h"
#include "ui/theme.h"

#include <QEvent>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollBar>
#include <QTextBlock>
#include <QThread>
#include <QVBoxLayout>

namespace ui {

namespace {

constexpr int kTypingMs = 300;
constexpr std::size_t kLongestText = 512 << 10;  // of more, taking what was typed would be felt at every key
constexpr int kLongestColoured = 128 << 10;
constexpr int kLongestShown = 32 << 10;  // of what is no document, and may be one line

void lay(QTextDocument& document, const QFont& font)
{
    document.setDefaultFont(font);
    document.setDocumentLayout(new QPlainTextDocumentLayout(&document));
    QTextOption option = document.defaultTextOption();
    option.setWrapMode(QTextOption::NoWrap);
    document.setDefaultTextOption(option);
}

// On the worker: blocks and their layout are most of the work. It belongs to `home` afterwards.
std::shared_ptr<QTextDocument> makeLong(const QString& text, const QFont& font, QThread* home)
{
    auto document = std::make_shared<QTextDocument>();
    document->setUndoRedoEnabled(false);
    lay(*document, font);
    document->setPlainText(text);
    document->moveToThread(home);
    return document;
}

}  // namespace

TextView::TextView(Session& session, FileWorker& worker, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_worker(worker),
      m_editor(new QPlainTextEdit(this)),
      m_short(new QTextDocument(this)),
      m_highlighter(new JsonHighlighter(m_short)),
      m_state(new QLabel(this)),
      m_toEditor(new QPushButton(tr("Open in an editor"), this)),
      m_take(new QPushButton(tr("Take the canvas's"), this))
{
    setObjectName(QStringLiteral("textView"));
    setAttribute(Qt::WA_StyledBackground);
    m_editor->setObjectName(QStringLiteral("documentText"));
    m_editor->setAccessibleName(tr("Text of the document"));
    m_editor->setFont(theme().mono(TypeSize::Body));
    m_editor->setLineWrapMode(QPlainTextEdit::NoWrap);
    lay(*m_short, m_editor->font());
    m_editor->setDocument(m_short);
    m_editor->setTabChangesFocus(true);
    m_editor->installEventFilter(this);
    m_state->setObjectName(QStringLiteral("textState"));
    m_state->setTextFormat(Qt::PlainText);
    m_state->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(1, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_editor, 1);
    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(16, 8, 16, 8);
    foot->setSpacing(12);
    foot->addWidget(m_state, 1);
    for (QPushButton* button : {m_toEditor, m_take}) {
        foot->addWidget(button, 0, Qt::AlignTop);
        button->setObjectName(QStringLiteral("small"));
        button->hide();
    }
    m_take->setToolTip(tr("Give up what you typed and show the pipeline as it is on the canvas"));
    connect(m_toEditor, &QPushButton::clicked, this, &TextView::editorWanted);
    connect(m_take, &QPushButton::clicked, this, &TextView::takeCanvas);
    column->addLayout(foot);
    m_typing.setSingleShot(true);
    m_typing.setInterval(kTypingMs);
    connect(&m_typing, &QTimer::timeout, this, &TextView::apply);
    connect(m_editor, &QPlainTextEdit::textChanged, this, [this] {
        if (m_isSetting || m_editor->isReadOnly()) return;
        // Qt says so of new colours, too: taken for typing, the text would undo a change of the canvas.
        if (QString now = m_editor->toPlainText(); now != m_known)
            m_known = std::move(now);
        else
            return;
        ++m_typed;
        m_hasTyped = true;
        m_typing.start();
    });
    connect(&session, &Session::unreadChanged, this, [this](OpenDocument* open) {
        const QString& unread = open->unreadText;
        if (open == m_open && !unread.isEmpty() && unread != m_editor->toPlainText()) askText();
    });
    connect(&session, &Session::currentChanged, this, &TextView::changeDocument);
    connect(&theme(), &Theme::changed, this, [this] { say(m_mistake); });
    changeDocument();
}

TextView::~TextView() { m_editor->setDocument(m_short); }

QString TextView::state() const { return m_state->text(); }

// At once and not on the worker: the answer would come when another document is shown.
void TextView::leaveDocument()
{
    finishTyping();
    if (m_document) disconnect(m_document, nullptr, this, nullptr);
}

void TextView::finishTyping()
{
    m_typing.stop();
    if (!m_document || !m_hasTyped) return;
    ++m_typed;  // an answer on its way is about the same
    takeRead(reading()());
}

void TextView::changeDocument()
{
    leaveDocument();
    m_open = m_session.current();
    m_document = m_open ? m_open->document.get() : nullptr;
    m_mistake.clear();
    m_hasTyped = m_isBehind = false;
    ++m_asked;
    ++m_typed;
    m_editor->setReadOnly(true);  // until the text of this document is there
    if (!m_document) return;
    const auto changed = [this] {
        if (m_isOwnEdit) return;
        m_isBehind = !m_mistake.isEmpty();
        askText();
    };
    connect(m_document, &PipelineDocument::changed, this, changed);
    connect(m_document, &PipelineDocument::placed, this, changed);
    connect(m_document, &PipelineDocument::saved, this, changed);
    askText();
}

void TextView::showEvent(QShowEvent*)
{
    if (m_isOutdated) askText();
}

bool TextView::eventFilter(QObject*, QEvent* event)
{
    if (event->type() == QEvent::KeyPress && takesStep(*static_cast<QKeyEvent*>(event))) return true;
    // What was typed is put in order when it is left.
    if (event->type() == QEvent::FocusOut && m_mistake.isEmpty()) {
        finishTyping();
        askText();
    }
    return false;
}

// A step of the pipeline where there is none of the text.
bool TextView::takesStep(const QKeyEvent& key)
{
    if (!m_document || m_hasTyped || m_document->isReadOnly()) return false;
    QUndoStack& steps = m_document->undoStack();
    if (key.matches(QKeySequence::Undo) && !m_short->isUndoAvailable())
        steps.undo();
    else if (key.matches(QKeySequence::Redo) && !m_short->isRedoAvailable())
        steps.redo();
    else
        return false;
    return true;
}

void TextView::askText()
{
    m_isOutdated = !isVisible() || m_isWriting;
    if (m_isOutdated || !m_document) return;
    // What cannot be read is in no other place: it stays until it is corrected or given up.
    if (!m_open->unreadText.isEmpty()) {
        ++m_asked;
        if (!m_mistake.isEmpty()) return say(m_mistake);
        takeText(m_open->unreadText);
        m_editor->setReadOnly(false);
        return apply();
    }
    const auto state = m_document->snapshot();
    const std::uint64_t asked = ++m_asked;
    if (m_document->isReadOnly()) {
        takeText(QString::fromUtf8(m_document->fileText().left(kLongestShown)));
        m_editor->setReadOnly(true);
        return say({});
    }
    const auto write = [state, &client = m_session.client(), font = m_editor->font(),
                        home = thread()]() -> Written {
        const std::string text = engine::writePipeline(
            specFromState(*state), [&client](std::string_view id) { return client.schemaOf(id); });
        const QString shown = QString::fromStdString(text);
        if (text.size() > kLongestText) return {{}, makeLong(shown, font, home), text.size()};
        return {shown, {}, text.size()};
    };
    m_isWriting = true;
    m_worker.ask(this, write, [this, asked, typed = m_typed](Written written) {
        m_isWriting = false;
        if (asked == m_asked && typed == m_typed && !m_hasTyped) takeWritten(std::move(written));
        if (m_isOutdated) askText();
    });
}

void TextView::takeWritten(Written written)
{
    if (!written.document) {
        takeText(written.text);
        m_editor->setReadOnly(false);
        return say({});
    }
    showLong(written.document);
    m_longBytes = static_cast<std::int64_t>(written.bytes);
    m_editor->setReadOnly(true);
    say({});
}

// Null: back to the short one. What was shown is taken apart on the worker, which takes as long as making it.
void TextView::showLong(const std::shared_ptr<QTextDocument>& document)
{
    if (document == m_long) return;
    const int at = m_editor->verticalScrollBar()->value();
    m_isSetting = true;
    m_editor->setDocument(document ? document.get() : m_short);
    m_isSetting = false;
    if (document && m_long) m_editor->verticalScrollBar()->setValue(at);
    if (m_long) m_long->moveToThread(nullptr);
    m_worker.run([gone = std::exchange(m_long, document)]() mutable { gone.reset(); });
}

// Only what differs is replaced, so that the cursor and the place one looks at stay.
void TextView::takeText(const QString& text)
{
    showLong(nullptr);
    const QString before = m_editor->toPlainText();
    m_known = text;
    if (before == text) return;
    const qsizetype shorter = std::min(before.size(), text.size());
    qsizetype head = 0, tail = 0;
    while (head < shorter && before[head] == text[head]) ++head;
    while (tail < shorter - head && before[before.size() - 1 - tail] == text[text.size() - 1 - tail]) ++tail;
    m_isSetting = true;
    QTextDocument* coloured = text.size() > kLongestColoured ? nullptr : m_short;
    if (m_highlighter->document() != coloured) m_highlighter->setDocument(coloured);
    if (head == 0 && tail == 0) {
        m_editor->setPlainText(text);
    } else {
        QTextCursor cursor(m_editor->document());
        cursor.setPosition(static_cast<int>(head));
        cursor.setPosition(static_cast<int>(before.size() - tail), QTextCursor::KeepAnchor);
        cursor.insertText(text.mid(head, text.size() - head - tail));
    }
    m_short->clearUndoRedoStacks();  // it may be of another document, and is undone there
    m_isSetting = false;
}

// For any thread: what the text says, and whether that is new. Other spaces or another order are not.
std::function<TextView::Typed()> TextView::reading() const
{
    return [text = m_editor->toPlainText().toUtf8(), state = m_document->snapshot(),
            &client = m_session.client()] {
        const auto write = [&client](const DocumentState& each) {
            return engine::writePipeline(specFromState(each),
                                         [&client](std::string_view id) { return client.schemaOf(id); });
        };
        Typed typed{readText(text), false};
        typed.isOther = write(typed.read.state) != write(*state);
        return typed;
    };
}

void TextView::apply()
{
    if (!m_document || m_document->isReadOnly() || m_editor->isReadOnly()) return;
    m_worker.ask(this, reading(), [this, typed = m_typed](Typed read) {
        if (typed == m_typed) takeRead(std::move(read));
    });
}

void TextView::takeRead(Typed typed)
{
    if (!m_document) return;
    m_hasTyped = false;
    ReadDocument& read = typed.read;
    if (read.isReadOnly) {
        m_session.setUnreadText(*m_open, m_editor->toPlainText());
        const auto problem =
            std::find_if(read.diagnostics.begin(), read.diagnostics.end(), [](const auto& diagnostic) {
                return diagnostic.severity == engine::Diagnostic::Problem;
            });
        return say(problem == read.diagnostics.end() ? tr("This cannot be read as a pipeline.")
                                                     : QString::fromStdString(problem->message));
    }
    m_isOwnEdit = true;
    if (typed.isOther) m_document->replace(tr("Edit the text"), std::move(read));
    m_isOwnEdit = false;
    m_session.setUnreadText(*m_open, {});
    say({});
}

void TextView::takeCanvas()
{
    m_typing.stop();
    ++m_typed;
    m_hasTyped = false;
    m_session.setUnreadText(*m_open, {});
    say({});
    askText();
    m_editor->setFocus();
}

QString TextView::mistakeText() const
{
    const QString text = tr("Not taken yet: %1").arg(m_mistake);
    return m_isBehind ? tr("%1\nThe canvas has changed since; once this text can be read, it counts instead.")
                            .arg(text)
                      : text;
}

// The line that the sentence names; one that names none is about the whole.
void TextView::markMistake()
{
    static const QRegularExpression place(QStringLiteral(" at line (\\d+), column \\d+"));
    const auto found = place.match(m_mistake);
    const QTextBlock block = found.hasMatch()
        ? m_editor->document()->findBlockByNumber(found.captured(1).toInt() - 1)
        : QTextBlock();
    if (!block.isValid()) return m_editor->setExtraSelections({});
    QTextEdit::ExtraSelection line;
    line.cursor = QTextCursor(block);
    QColor tint = theme().color(Tone::Error);
    tint.setAlphaF(0.2f);
    line.format.setBackground(tint);
    line.format.setProperty(QTextFormat::FullWidthSelection, true);
    m_editor->setExtraSelections({line});
}

void TextView::say(const QString& mistake)
{
    m_mistake = mistake;
    m_isBehind &= !mistake.isEmpty();
    markMistake();
    m_toEditor->setVisible(m_long != nullptr);
    m_take->setVisible(!mistake.isEmpty());
    const Tone tone = mistake.isEmpty() ? Tone::TextSoft : Tone::Error;
    m_state->setStyleSheet(QStringLiteral("color: %1").arg(theme().readable(tone, Tone::Panel).name()));
    if (!mistake.isEmpty())
        m_state->setText(mistakeText());
    else if (m_document && m_document->isReadOnly())
        m_state->setText(tr("Shown as it is in the file; it cannot be changed here."));
    else if (m_long)
        m_state->setText(
            tr("%1 of text are shown and not edited here: above %2 the window would stand still at every "
               "pause. Change the pipeline on the canvas, or its file in an editor; what is saved there is "
               "noticed here.")
                .arg(formatBytes(m_longBytes), formatBytes(static_cast<std::int64_t>(kLongestText))));
    else
        m_state->setText(tr("What you type is drawn at once."));
}

}  // namespace ui
