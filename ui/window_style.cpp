#include "ui/window_style.h"

#include "ui/icons.h"

#include <QKeyEvent>
#include <QPainter>
#include <QPushButton>
#include <QStyleFactory>
#include <QToolButton>

namespace ui {

namespace {

const char* iconNameOf(QStyle::StandardPixmap icon)
{
    switch (icon) {
    case QStyle::SP_ArrowBack:
    case QStyle::SP_ArrowLeft:
    case QStyle::SP_FileDialogBack: return "back";
    case QStyle::SP_ArrowForward:
    case QStyle::SP_ArrowRight: return "forward";
    case QStyle::SP_FileDialogToParent: return "up";
    case QStyle::SP_FileDialogNewFolder: return "folder_new";
    case QStyle::SP_FileDialogListView: return "tiles";
    case QStyle::SP_FileDialogDetailedView: return "rows";
    case QStyle::SP_DirIcon:
    case QStyle::SP_DirClosedIcon:
    case QStyle::SP_DirOpenIcon:
    case QStyle::SP_DirHomeIcon: return "open";
    case QStyle::SP_FileIcon: return "file";
    case QStyle::SP_ComputerIcon:
    case QStyle::SP_DriveHDIcon: return "drive";
    default: return nullptr;
    }
}

bool isButton(const QWidget* widget)
{
    return qobject_cast<const QPushButton*>(widget) || qobject_cast<const QToolButton*>(widget);
}

// A line in the accent, and one inside it that parts the two where the button itself is filled with it.
void drawFocusRing(QPainter& painter, const QRectF& button)
{
    constexpr double kOuter = 2, kInner = 1, kRadius = 6;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    const auto ring = [&](double inset, double width, const QColor& color) {
        const double by = inset + width / 2;
        painter.setPen(QPen(color, width));
        painter.drawRoundedRect(button.adjusted(by, by, -by, -by), kRadius - by, kRadius - by);
    };
    ring(0, kOuter, theme().readable(Tone::Accent, Tone::Panel));
    ring(kOuter, kInner, theme().color(Tone::Panel));
    painter.restore();
}

}  // namespace

WindowStyle::WindowStyle() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) { }

int WindowStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                           QStyleHintReturn* data) const
{
    if (hint == SH_DialogButtonBox_ButtonsHaveIcons) return 0;
    if (hint == SH_Widget_Animation_Duration && !theme().isAnimated) return 0;
    return QProxyStyle::styleHint(hint, option, widget, data);
}

void WindowStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                                const QWidget* widget) const
{
    if (element == PE_FrameFocusRect && isButton(widget)) return drawFocusRing(*painter, widget->rect());
    QProxyStyle::drawPrimitive(element, option, painter, widget);
}

void WindowStyle::polish(QWidget* widget)
{
    QProxyStyle::polish(widget);
    if (isButton(widget)) widget->installEventFilter(this);
}

void WindowStyle::unpolish(QWidget* widget)
{
    if (isButton(widget)) widget->removeEventFilter(this);
    QProxyStyle::unpolish(widget);
}

bool WindowStyle::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::KeyPress) return QProxyStyle::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool isEnter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    if (!isEnter || key->modifiers() & ~Qt::KeyboardModifiers(Qt::KeypadModifier))
        return QProxyStyle::eventFilter(watched, event);
    // A key that is held presses once.
    if (!key->isAutoRepeat()) static_cast<QAbstractButton*>(watched)->click();
    return true;
}

QIcon WindowStyle::standardIcon(StandardPixmap icon, const QStyleOption* option, const QWidget* widget) const
{
    const char* name = iconNameOf(icon);
    return name ? themedIcon(QString::fromLatin1(name), Tone::TextSoft)
                : QProxyStyle::standardIcon(icon, option, widget);
}

}  // namespace ui
