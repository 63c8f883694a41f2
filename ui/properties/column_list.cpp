#include "ui/properties/column_list.h"

#include "ui/figures.h"
#include "ui/plain_text.h"
#include "ui/theme.h"

#include <QHelpEvent>
#include <QPaintEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace ui {

namespace {

constexpr int kMargin = 5, kRule = 1, kTypeRoom = 96, kNameCharacters = 200, kNamesTold = 50;

}  // namespace

ColumnList::ColumnList(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFont(theme().font(TypeSize::Body));
}

void ColumnList::setSchema(engine::SchemaPtr schema)
{
    m_schema = std::move(schema);
    QStringList names;
    for (int i = 0; i < std::min(count(), kNamesTold); ++i) names += nameAt(i);
    setAccessibleName(tr("%1 columns").arg(count()));
    setAccessibleDescription(names.join(QStringLiteral(", ")));
    updateGeometry();
    update();
}

int ColumnList::lineHeight() const { return fontMetrics().height() + 2 * kMargin + kRule; }

int ColumnList::nameWidth() const { return std::max(40, width() - kTypeRoom); }

QString ColumnList::nameAt(int index) const
{
    return plainLine(QString::fromStdString(m_schema->fields()[static_cast<std::size_t>(index)].name),
                     kNameCharacters);
}

QSize ColumnList::sizeHint() const { return {0, count() * lineHeight()}; }

void ColumnList::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    const int height = lineHeight();
    const int end = std::min(count(), event->rect().bottom() / height + 1);
    for (int i = std::max(0, event->rect().top() / height); i < end; ++i) {
        const QRect line(0, i * height, width(), height - kRule);
        painter.setFont(font());
        painter.setPen(theme().readable(Tone::TextSoft, Tone::Panel));
        painter.drawText(line, Qt::AlignVCenter | Qt::AlignLeft,
                         fontMetrics().elidedText(nameAt(i), Qt::ElideRight, nameWidth()));
        painter.setPen(theme().color(Tone::Text));
        const auto type = engine::dataTypeName(m_schema->fields()[static_cast<std::size_t>(i)].type);
        drawFigures(painter, line, Qt::AlignRight, font(), QString::fromStdString(std::string(type)));
        painter.fillRect(0, line.bottom() + 1, width(), kRule, theme().color(Tone::Line));
    }
}

// A name that is cut is told whole.
bool ColumnList::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int index = help->pos().y() / lineHeight();
    const bool isCut = index < count() && fontMetrics().horizontalAdvance(nameAt(index)) > nameWidth();
    QToolTip::showText(help->globalPos(), isCut ? plainToolTip(nameAt(index)) : QString(), this);
    return true;
}

}  // namespace ui
