#include "ui/window_style.h"

#include "ui/icons.h"

#include <QStyleFactory>

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

}  // namespace

WindowStyle::WindowStyle() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) { }

int WindowStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                           QStyleHintReturn* data) const
{
    if (hint == SH_DialogButtonBox_ButtonsHaveIcons) return 0;
    return QProxyStyle::styleHint(hint, option, widget, data);
}

QIcon WindowStyle::standardIcon(StandardPixmap icon, const QStyleOption* option, const QWidget* widget) const
{
    const char* name = iconNameOf(icon);
    return name ? themedIcon(QString::fromLatin1(name), Tone::TextSoft)
                : QProxyStyle::standardIcon(icon, option, widget);
}

}  // namespace ui
