#include "ui/documents/text_view.h"

#include "ui/documents/json_highlighter.h"
#include "ui/documents/long_text.h"
#include "ui/theme.h"

#include <QEvent>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollBar>
#include <QTextBlock>
#include <QVBoxLayout>

namespace ui {

namespace {

constexpr int kTypingMs = 300;
constexpr int kLongestColoured = 128 << 10;
constexpr int kLongestPatch = 64 << 10;  // of a longer one, blocks and their layout would be felt
constexpr int kLongestShown = 32 << 10;  // of what is no document, and may be one line

}  // namespace

TextView::TextView(Session& session, FileWorker& worker, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_worker(worker),
      m_texts(session, worker),
      m_editor(new TextEditor([this](const QString& text) { return takePasted(text); }, this)),
      m_short(new QTextDocument(this)),
      m_highlighter(new JsonHighlighter(m_short)),
      m_state(new QLabel(this)),
      m_take(new QPushButton(tr("Take the canvas's"), this))
{
    setObjectName(QStringLiteral("textView"));
    setAttribute(Qt::WA_StyledBackground);
    m_editor->setObjectName(QStringLiteral("documentText"));
    m_editor->setAccessibleName(tr("Text of the document"));
    m_editor->setFont(theme().mono(TypeSize::Body));
    m_editor->setLineWrapMode(QPlainTextEdit::NoWrap);
    layText(*m_short, m_editor->font());
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
    foot->addWidget(m_take, 0, Qt::AlignTop);
    m_take->setObjectName(QStringLiteral("small"));
    m_take->hide();
    m_take->setToolTip(tr("Give up what you typed and show the pipeline as it is on the canvas"));
    connect(m_take, &QPushButton::clicked, this, &TextView::takeCanvas);
    column->addLayout(foot);
    m_typing.setSingleShot(true);
    m_typing.setInterval(kTypingMs);
    connect(&m_typing, &QTimer::timeout, this, &TextView::apply);
    connect(m_editor, &QPlainTextEdit::textChanged, this, [this] {
        if (m_isSetting || m_editor->isReadOnly()) return;
        // Qt says so of new colours, too: taken for typing, the text would undo a change of the canvas.
        if (!m_long && !m_hasTyped && textOf(*m_editor) == m_known) return;
        ++m_typed;
        m_hasTyped = true;
        m_texts.expect(*m_open);
        m_typing.start();
    });
    connect(&m_texts, &TypedTexts::taken, this, &TextView::takeRead);
    connect(&session, &Session::unreadChanged, this, [this](OpenDocument* open) {
        const QString& unread = open->unreadText;
        if (open == m_open && !unread.isEmpty() && unread != m_known) askText();
    });
    connect(&session, &Session::currentChanged, this, &TextView::changeDocument);
    connect(&theme(), &Theme::changed, this, [this] { say(m_mistake); });
    changeDocument();
}

TextView::~TextView() { m_editor->setDocument(m_short); }

QString TextView::state() const { return m_state->text(); }

void TextView::leaveDocument()
{
    if (m_session.holds(m_open)) whenRead(m_open, [] {});
    if (m_document) disconnect(m_document, nullptr, this, nullptr);
}

void TextView::finishTyping()
{
    m_typing.stop();
    if (!m_document || !m_hasTyped) return;
    ++m_typed;  // an answer on its way is about the same
    m_known = m_pasted.isNull() ? textOf(*m_editor) : m_pasted;
    m_texts.finish(*m_open, m_known);
    if (std::exchange(m_pasted, {}).isNull()) return;
    m_known = textOf(*m_editor);
    m_mistake.clear();
    askText();
}

void TextView::whenRead(OpenDocument* open, TypedTexts::Then then)
{
    if (m_hasTyped && open == m_open) {
        if (m_long || !m_pasted.isNull())
            readTyped();
        else
            finishTyping();
    }
    m_texts.whenRead(open, std::move(then));
}

void TextView::whenAllRead(TypedTexts::Then then)
{
    whenRead(m_open, [this, then = std::move(then)] { m_texts.whenAllRead(then); });
}

void TextView::changeDocument()
{
    leaveDocument();
    m_open = m_session.current();
    m_document = m_open ? m_open->document.get() : nullptr;
    m_mistake.clear();
    m_pasted = {};
    m_hasTyped = m_isBehind = false;
    ++m_asked;
    ++m_typed;
    m_editor->setReadOnly(true);  // until the text of this document is there
    if (!m_document) return;
    const auto changed = [this] {
        if (m_texts.isTaking()) return;
        m_isBehind = !m_mistake.isEmpty();
        askText();
    };
    connect(m_document, &PipelineDocument::aboutToEdit, this, [this] {
        if (!m_texts.isTaking()) finishTyping();
    });
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
    // What was typed is put in order when it is left; a long text is read on the worker first.
    if (event->type() == QEvent::FocusOut && m_mistake.isEmpty()) {
        if (m_long && m_hasTyped) {
            apply();
        } else {
            finishTyping();
            askText();
        }
    }
    return false;
}

// A step of the pipeline where there is none of the text.
bool TextView::takesStep(const QKeyEvent& key)
{
    if (!m_document || m_hasTyped || m_document->isReadOnly()) return false;
    QUndoStack& steps = m_document->undoStack();
    const QTextDocument& text = *m_editor->document();
    if (key.matches(QKeySequence::Undo) && !text.isUndoAvailable())
        steps.undo();
    else if (key.matches(QKeySequence::Redo) && !text.isRedoAvailable())
        steps.redo();
    else
        return false;
    return true;
}

void TextView::askText()
{
    m_isOutdated = !isVisible() || m_isWriting;
    if (m_isOutdated || !m_document) return;
    const std::uint64_t asked = ++m_asked;
    // What cannot be read is in no other place: it stays until it is corrected or given up.
    if (!m_open->unreadText.isEmpty() && !m_mistake.isEmpty()) return say(m_mistake);
    if (m_document->isReadOnly()) {
        takeText(QString::fromUtf8(m_document->fileText().left(kLongestShown)));
        m_editor->setReadOnly(true);
        return say({});
    }
    m_isWriting = true;
    m_worker.ask(this, writing(), [this, asked, typed = m_typed](const Written& written) {
        m_isWriting = false;
        if (asked == m_asked && typed == m_typed && !m_hasTyped) takeWritten(written);
        if (m_isOutdated) askText();
    });
}

// For any thread: what is to be shown, and what has to be done for it.
std::function<TextView::Written()> TextView::writing() const
{
    return [state = m_document->snapshot(), unread = m_open->unreadText, known = m_known,
            isLong = bool(m_long), &client = m_session.client(), font = m_editor->font(), home = thread()] {
        const auto write = [&] {
            return QString::fromStdString(engine::writePipeline(
                specFromState(*state), [&client](std::string_view id) { return client.schemaOf(id); }));
        };
        Written written{unread.isEmpty() ? write() : unread, {}, {}};
        if (written.text.size() <= kLongestColoured) return written;
        written.patch = patchBetween(known, written.text);
        const bool isShort = written.patch.removed + written.patch.added.size() <= kLongestPatch;
        if (!isLong || !isShort) written.document = makeLong(written.text, font, home);
        return written;
    };
}

void TextView::takeWritten(const Written& written)
{
    if (written.document) {
        showLong(written.document, written.patch);
    } else if (m_long && written.text.size() > kLongestColoured) {
        patch(written.patch);
    } else {
        takeText(written.text);
    }
    m_known = written.text;
    m_editor->setReadOnly(false);
    say({});
    if (!m_open->unreadText.isEmpty()) apply();
}

// A long text is laid out on the worker here, too. The step back from it is the pipeline's.
bool TextView::takePasted(const QString& text)
{
    if (text.size() <= kLongestPatch || m_editor->isReadOnly()) return false;
    const QTextCursor before = m_editor->textCursor();
    m_pasted = textOf(*m_editor);
    m_pasted.replace(before.selectionStart(), before.selectionEnd() - before.selectionStart(), text);
    const int end = before.selectionStart() + static_cast<int>(text.size());
    m_typing.stop();
    m_hasTyped = true;
    m_texts.expect(*m_open);
    m_editor->setReadOnly(true);
    const auto lay = [text = m_pasted, font = m_editor->font(), home = thread()] {
        return Written{text, {}, makeLong(text, font, home)};
    };
    m_worker.ask(this, lay, [this, end, typed = ++m_typed](const Written& written) {
        if (typed != m_typed) return;
        m_pasted = {};
        showLong(written.document, {});
        QTextCursor cursor(written.document.get());
        cursor.setPosition(end);
        m_editor->setTextCursor(cursor);
        m_editor->setReadOnly(false);
        apply();
    });
    return true;
}

// Null: back to the short one. What was shown is taken apart on the worker, which takes as long as making it.
void TextView::showLong(const std::shared_ptr<QTextDocument>& document, const TextPatch& patch)
{
    if (document == m_long) return;
    const int at = m_editor->verticalScrollBar()->value();
    auto cursorAt = static_cast<qsizetype>(m_editor->textCursor().position());
    if (cursorAt > patch.at) cursorAt = std::max(patch.at, cursorAt + patch.added.size() - patch.removed);
    m_isSetting = true;
    m_editor->setDocument(document ? document.get() : m_short);
    m_isSetting = false;
    if (document && m_long) {
        QTextCursor cursor(document.get());
        cursor.setPosition(static_cast<int>(std::min<qsizetype>(cursorAt, document->characterCount() - 1)));
        m_editor->setTextCursor(cursor);
        m_editor->verticalScrollBar()->setValue(at);
    }
    if (m_long) m_long->moveToThread(nullptr);
    m_worker.run([gone = std::exchange(m_long, document)]() mutable { gone.reset(); });
}

void TextView::takeText(const QString& text)
{
    showLong(nullptr, {});
    const QString before = textOf(*m_editor);
    m_known = text;
    if (before == text) return;
    m_isSetting = true;
    QTextDocument* coloured = text.size() > kLongestColoured ? nullptr : m_short;
    if (m_highlighter->document() != coloured) m_highlighter->setDocument(coloured);
    m_isSetting = false;
    patch(patchBetween(before, text));
}

// Only what differs is replaced, so that the cursor and the place one looks at stay.
void TextView::patch(const TextPatch& patch)
{
    if (patch.removed == 0 && patch.added.isEmpty()) return;
    m_isSetting = true;
    QTextCursor cursor(m_editor->document());
    cursor.setPosition(static_cast<int>(patch.at));
    cursor.setPosition(static_cast<int>(patch.at + patch.removed), QTextCursor::KeepAnchor);
    if (patch.at == 0 && cursor.atEnd())
        m_editor->setPlainText(patch.added);
    else
        cursor.insertText(patch.added);
    m_editor->document()->clearUndoRedoStacks();  // it may be of another document, and is undone there
    m_isSetting = false;
}

void TextView::apply()
{
    if (!m_document || m_document->isReadOnly() || m_editor->isReadOnly()) return;
    readTyped();
}

void TextView::readTyped()
{
    m_typing.stop();
    if (m_texts.isReading(*m_open)) return;
    m_known = m_pasted.isNull() ? textOf(*m_editor) : m_pasted;
    m_texts.read(*m_open, m_known);
}

void TextView::takeRead(const OpenDocument* open, const QString& text, const QString& mistake)
{
    if (open != m_open) return;
    m_hasTyped = false;
    if (text != m_known) return askText();  // it was typed before another tab was shown
    say(mistake);
    if (mistake.isEmpty() && m_long && !m_editor->hasFocus()) askText();
}

void TextView::takeCanvas()
{
    m_typing.stop();
    ++m_typed;
    m_hasTyped = false;
    m_texts.drop(*m_open);
    m_known = textOf(*m_editor);
    m_session.setUnreadText(*m_open, {});
    say({});
    askText();
    m_editor->setFocus();
}

QString TextView::mistakeText() const
{
    const QString text = tr("Not taken yet: %1").arg(m_mistake);
    return m_isBehind
        ? tr("%1\nThe canvas has changed since; once this text can be read, it counts instead.").arg(text)
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
    m_take->setVisible(!mistake.isEmpty());
    const Tone tone = mistake.isEmpty() ? Tone::TextSoft : Tone::Error;
    m_state->setStyleSheet(QStringLiteral("color: %1").arg(theme().readable(tone, Tone::Panel).name()));
    if (!mistake.isEmpty())
        m_state->setText(mistakeText());
    else if (m_document && m_document->isReadOnly())
        m_state->setText(tr("Shown as it is in the file; it cannot be changed here."));
    else
        m_state->setText(tr("What you type is drawn at once."));
}

}  // namespace ui
