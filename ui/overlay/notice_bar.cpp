#include "ui/overlay/notice_bar.h"

#include "ui/icons.h"

#include <QApplication>
#include <QBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>

#include <algorithm>

namespace ui {

NoticeBar::NoticeBar(QWidget* parent)
    : QWidget(parent),
      m_icon(new QLabel(this)),
      m_text(new QLabel(this)),
      m_others(new QLabel(this)),
      m_answers(new QHBoxLayout)
{
    setObjectName(QStringLiteral("noticeBar"));
    setAttribute(Qt::WA_StyledBackground);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setObjectName(QStringLiteral("notice"));
    m_others->setObjectName(QStringLiteral("soft"));
    m_icon->setFixedSize(16, 16);
    m_answers->setSpacing(8);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 8, 16, 8);
    row->setSpacing(12);
    row->addWidget(m_icon);
    row->addWidget(m_text, 1);
    row->addWidget(m_others);
    row->addLayout(m_answers);
    connect(&theme(), &Theme::changed, this, &NoticeBar::showNewest);
    showNewest();
}

void NoticeBar::say(Kind kind, const QString& text, const std::vector<Answer>& answers)
{
    const auto same = std::find_if(m_notices.begin(), m_notices.end(),
                                   [&text](const Notice& notice) { return notice.text == text; });
    if (same != m_notices.end()) return;
    // What somebody is about to answer stays under the finger.
    const bool isBeingAnswered =
        !m_notices.empty() && (isAncestorOf(QApplication::focusWidget()) || underMouse());
    m_notices.insert(m_notices.end() - (isBeingAnswered ? 1 : 0), {kind, text, answers});
    if (isBeingAnswered)
        showOthers();
    else
        showNewest();
}

QString NoticeBar::text() const { return m_notices.empty() ? QString() : m_notices.back().text; }

void NoticeBar::dismiss()
{
    if (!m_notices.empty()) m_notices.pop_back();
    showNewest();
}

bool NoticeBar::focusFirst()
{
    if (m_notices.empty()) return false;
    // Those of the notice before are still there, hidden.
    for (int i = 0; i < m_answers->count(); ++i)
        if (QWidget* button = m_answers->itemAt(i)->widget()) {
            button->setFocus(Qt::ShortcutFocusReason);
            return true;
        }
    return false;
}

void NoticeBar::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) return Q_EMIT focusGivenUp();
    QWidget::keyPressEvent(event);
}

void NoticeBar::withdraw(const QString& text)
{
    const auto removed =
        std::erase_if(m_notices, [&text](const Notice& notice) { return notice.text == text; });
    if (removed) showNewest();
}

void NoticeBar::showNewest()
{
    const bool hadFocus = isAncestorOf(QApplication::focusWidget());
    showAnswers();
    if (hadFocus && !focusFirst()) Q_EMIT focusGivenUp();
    Q_EMIT changed();
}

void NoticeBar::showOthers()
{
    const std::size_t others = m_notices.empty() ? 0 : m_notices.size() - 1;
    m_others->setText(others == 1 ? tr("1 more") : tr("%1 more").arg(others));
    m_others->setVisible(others > 0);
}

void NoticeBar::showAnswers()
{
    while (QLayoutItem* item = m_answers->takeAt(0)) {
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
    setVisible(!m_notices.empty());
    showOthers();
    if (m_notices.empty()) return;
    const Notice& notice = m_notices.back();
    const QString icon = notice.kind == Trouble ? QStringLiteral("warning") : QStringLiteral("info");
    m_icon->setPixmap(iconPixmap(icon, 16, theme().color(notice.kind == Trouble ? Tone::Warning : Tone::Info),
                                 devicePixelRatioF()));
    m_text->setText(notice.text);
    setAccessibleName(notice.text);
    std::vector<Answer> answers = notice.answers;
    if (answers.empty()) answers.push_back({tr("Dismiss"), {}});
    for (const Answer& answer : answers) {
        auto* button = new QPushButton(answer.text, this);
        m_answers->addWidget(button);
        button->show();
        connect(button, &QPushButton::clicked, this, [this, run = answer.run] {
            dismiss();
            if (run) run();
        });
    }
}

}  // namespace ui
