#pragma once

#include "ui/documents/file_worker.h"
#include "ui/session.h"

#include <QTimer>
#include <QWidget>

#include <functional>
#include <map>

class QLabel;
class QPlainTextEdit;

namespace ui {

class JsonHighlighter;

// The current document as its file would say it, beside the canvas; what is typed becomes an edit as soon as
// it can be read. Owned by the design page, GUI thread; writes and reads the text on the file worker, and
// does nothing while it is hidden.
class TextView : public QWidget {
    Q_OBJECT
public:
    TextView(Session& session, FileWorker& worker, QWidget* parent = nullptr);
    QPlainTextEdit& editor() { return *m_editor; }
    // What is typed and cannot be read, so that it is not in the document; empty: nothing.
    QString mistake() const { return m_mistake; }

protected:
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void changeDocument();
    void leaveDocument();
    void askText();
    void takeText(const QString& text);
    void apply();
    struct Typed {
        ReadDocument read{};
        bool isOther = false;  // than the document says already
    };
    std::function<Typed()> reading() const;
    void takeRead(Typed typed);
    void say(const QString& mistake);

    Session& m_session;
    FileWorker& m_worker;
    QPlainTextEdit* m_editor;
    JsonHighlighter* m_highlighter;
    QLabel* m_state;
    PipelineDocument* m_document = nullptr;
    QTimer m_typing;
    std::uint64_t m_asked = 0, m_typed = 0;  // only the last answer counts
    bool m_isOwnEdit = false, m_isSetting = false, m_isOutdated = true;
    QString m_mistake;
    std::map<OpenDocument*, QString> m_unread;  // typed, left with a mistake for another tab
    OpenDocument* m_open = nullptr;
};

}  // namespace ui
