#pragma once

#include "ui/documents/long_text.h"
#include "ui/documents/typed_texts.h"

#include <QTimer>
#include <QWidget>

#include <functional>
#include <memory>

class QLabel;
class QPushButton;
class QTextDocument;

namespace ui {

class JsonHighlighter;

// The current document as its file would say it, beside the canvas; what is typed becomes an edit as soon as
// it can be read. Owned by the design page, GUI thread; writes and reads the text on the file worker, where a
// long one is laid out and taken apart, too, and does nothing while it is hidden.
class TextView : public QWidget {
    Q_OBJECT
public:
    TextView(Session& session, FileWorker& worker, QWidget* parent = nullptr);
    ~TextView() override;
    QPlainTextEdit& editor() { return *m_editor; }
    // What is typed and cannot be read, so that it is not in the document; empty: nothing.
    QString mistake() const { return m_mistake; }
    QString state() const;                         // what is said below the text
    QPushButton& takeButton() { return *m_take; }  // gives up what cannot be read
    bool isTyping() const { return m_hasTyped; }   // something that is not in the document yet
    void finishTyping();                           // takes it at once, if it can be read
    // Takes what is typed, a long text on the worker, and `then` comes behind that.
    void whenRead(OpenDocument* open, TypedTexts::Then then);
    void whenAllRead(TypedTexts::Then then);

protected:
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void changeDocument();
    void leaveDocument();
    struct Written {
        QString text{};
        TextPatch patch{};                          // from what was shown
        std::shared_ptr<QTextDocument> document{};  // instead, where that is long and much of it is other
    };
    bool takesStep(const QKeyEvent& key);
    void askText();
    std::function<Written()> writing() const;
    void takeWritten(const Written& written);
    void takeText(const QString& text);
    bool takePasted(const QString& text);
    void patch(const TextPatch& patch);
    void showLong(const std::shared_ptr<QTextDocument>& document, const TextPatch& patch);
    void apply();
    void readTyped();
    void takeRead(const OpenDocument* open, const QString& text, const QString& mistake);
    void takeCanvas();
    void markMistake();
    void say(const QString& mistake);
    QString mistakeText() const;

    Session& m_session;
    FileWorker& m_worker;
    TypedTexts m_texts;
    QPlainTextEdit* m_editor;
    QTextDocument* m_short;
    JsonHighlighter* m_highlighter;
    QLabel* m_state;
    QPushButton* m_take;
    std::shared_ptr<QTextDocument> m_long;  // what is edited instead, if anything
    bool m_isWriting = false;
    PipelineDocument* m_document = nullptr;
    QTimer m_typing;
    std::uint64_t m_asked = 0, m_typed = 0;  // only the last answer counts
    bool m_isSetting = false, m_isOutdated = true;
    bool m_hasTyped = false, m_isBehind = false;  // behind: the canvas has changed since the mistake
    QString m_mistake;
    QString m_known;   // the text as it was last set or read
    QString m_pasted;  // a long one that is not shown yet
    OpenDocument* m_open = nullptr;
};

}  // namespace ui
