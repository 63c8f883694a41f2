#include "ui/overlay/ask_card.h"

#include <QBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>

namespace ui {

AskCard::AskCard(const QString& title, const QString& text, const std::vector<Answer>& answers,
                 QWidget* parent)
    : QFrame(parent)
{
    setObjectName(QStringLiteral("card"));
    setAccessibleName(title);
    setFixedWidth(480);
    auto* head = new QLabel(title, this);
    head->setObjectName(QStringLiteral("title"));
    head->setTextFormat(Qt::PlainText);
    head->setWordWrap(true);
    auto* body = new QLabel(text, this);
    body->setObjectName(QStringLiteral("soft"));
    body->setTextFormat(Qt::PlainText);
    body->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 24, 24, 24);
    column->setSpacing(12);
    column->addWidget(head);
    column->addWidget(body);
    column->addSpacing(4);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addStretch();
    column->addLayout(row);
    for (const Answer& answer : answers) {
        auto* button = new QPushButton(answer.text, this);
        if (!focusProxy()) {
            button->setObjectName(QStringLiteral("run"));
            setFocusProxy(button);
        }
        row->addWidget(button);
        connect(button, &QPushButton::clicked, this, [this, run = answer.run] {
            Q_EMIT answered();
            if (run) run();
        });
    }
}

void AskCard::keyPressEvent(QKeyEvent* event)
{
    const int step = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
    auto* focused = qobject_cast<QPushButton*>(focusWidget());
    if (!step || !focused) return QFrame::keyPressEvent(event);
    const QList<QPushButton*> buttons = findChildren<QPushButton*>();
    const qsizetype at = buttons.indexOf(focused) + step;
    if (at >= 0 && at < buttons.size()) buttons[at]->setFocus(Qt::TabFocusReason);
}

}  // namespace ui
