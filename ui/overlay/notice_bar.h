#pragma once

#include <QWidget>

#include <functional>
#include <vector>

class QLabel;
class QBoxLayout;

namespace ui {

// A calm line above the page: what happened and what can be done about it. The newest is shown, and says how
// many wait behind it; it does not take the place of one that is being answered. Owned by the main window,
// GUI thread.
class NoticeBar : public QWidget {
    Q_OBJECT
public:
    enum Kind { Told, Trouble };
    struct Answer {
        QString text{};
        std::function<void()> run{};
    };
    explicit NoticeBar(QWidget* parent = nullptr);
    // The same text is not shown twice.
    void say(Kind kind, const QString& text, const std::vector<Answer>& answers = {});
    QString text() const;  // of the one that is shown
    int waiting() const { return static_cast<int>(m_notices.size()); }
    void dismiss();
    bool focusFirst();  // the first of its answers; false: there is no notice
    void withdraw(const QString& text);  // it is no longer so

Q_SIGNALS:
    void changed();
    void focusGivenUp();  // by Escape, or since nothing is left to answer

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    struct Notice {
        Kind kind = Told;
        QString text{};
        std::vector<Answer> answers{};
    };
    void showNewest();
    void showOthers();
    void showAnswers();

    std::vector<Notice> m_notices;  // the last one is shown
    QLabel *m_icon, *m_text, *m_others;
    QBoxLayout* m_answers;
};

}  // namespace ui
