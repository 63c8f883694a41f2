#include "ui/graph/canvas_signs.h"

#include "ui/plain_text.h"

#include <QLabel>

#include <algorithm>

namespace ui {

namespace {

constexpr int kSaidMs = 5000;
constexpr int kTipWidth = 360, kSignMargin = 16;

QLabel* makeSign(QWidget& parent, const char* name)
{
    auto* label = new QLabel(&parent);
    label->setObjectName(QLatin1String(name));
    label->setTextFormat(Qt::PlainText);
    label->setAttribute(Qt::WA_TransparentForMouseEvents);
    label->hide();
    return label;
}

// As wide as its text, and wrapped where that would be wider than `most`.
void fitText(QLabel& label, const QString& text, int most)
{
    label.setText(text);
    label.setWordWrap(false);
    label.setMinimumWidth(0);
    const bool isWrapped = label.sizeHint().width() > most;
    label.setWordWrap(isWrapped);
    if (isWrapped) label.setMinimumWidth(most);
    label.setMaximumWidth(most);
    label.adjustSize();
}

}  // namespace

CanvasSigns::CanvasSigns(QWidget& canvas)
    : QObject(&canvas),
      m_canvas(canvas),
      m_tip(makeSign(canvas, "canvasTip")),
      m_said(makeSign(canvas, "canvasSaid")),
      m_hint(makeSign(canvas, "empty"))
{
    m_hint->setAlignment(Qt::AlignCenter);
    m_hint->setWordWrap(true);
    m_saidTimer.setSingleShot(true);
    connect(&m_saidTimer, &QTimer::timeout, m_said, &QLabel::hide);
}

void CanvasSigns::showTip(const QString& text, const QPoint& at)
{
    m_tip->setVisible(!text.isEmpty());
    if (text.isEmpty()) return;
    fitText(*m_tip, plainLines(text, 400), kTipWidth);
    m_tip->move(std::clamp(at.x() + 16, 0, std::max(0, m_canvas.width() - m_tip->width())),
                std::clamp(at.y() + 20, 0, std::max(0, m_canvas.height() - m_tip->height())));
    m_tip->raise();
}

void CanvasSigns::say(const QString& sentence)
{
    if (sentence.isEmpty()) return m_said->hide();
    fitText(*m_said, plainLine(sentence, 300), std::max(200, m_canvas.width() / 2));
    m_said->show();
    m_said->raise();
    m_said->move(std::max(kSignMargin, (m_canvas.width() - m_said->width()) / 2),
                 m_canvas.height() - m_said->height() - kSignMargin);
    m_saidTimer.start(kSaidMs);
}

void CanvasSigns::place(bool isEmpty, bool isShownOnly)
{
    m_hint->setText(isShownOnly
                        ? tr("This document is shown only. Problems (Ctrl+2) says what is the matter.")
                        : tr("Press Tab or double-click to add a component, or drag one from the left."));
    m_hint->setVisible(isEmpty);
    m_hint->setGeometry(0, m_canvas.height() / 2 - 40, m_canvas.width(), 80);
    m_said->move(std::max(kSignMargin, (m_canvas.width() - m_said->width()) / 2),
                 m_canvas.height() - m_said->height() - kSignMargin);
}

QString CanvasSigns::tip() const { return m_tip->isHidden() ? QString() : m_tip->text(); }

QString CanvasSigns::said() const { return m_said->isHidden() ? QString() : m_said->text(); }

}  // namespace ui
