#pragma once

#include <QFrame>

#include <functional>
#include <vector>

class QHBoxLayout;
class QLabel;

namespace ui {

// A question with its answers as buttons, for an Overlay. Owned by it, GUI thread; the first answer has the
// focus.
class AskCard : public QFrame {
    Q_OBJECT
public:
    struct Answer {
        QString text{};
        std::function<void()> run{};
    };
    AskCard(const QString& title, const QString& text, const std::vector<Answer>& answers,
            QWidget* parent = nullptr);

Q_SIGNALS:
    void answered();

protected:
    void keyPressEvent(QKeyEvent* event) override;
};

}  // namespace ui
