#pragma once

#include <QProxyStyle>

namespace ui {

// Fusion with the program's own icons in what Qt makes itself, such as its file dialog, and none on the
// buttons of dialogs. Owned by the application, GUI thread.
class WindowStyle : public QProxyStyle {
    Q_OBJECT
public:
    WindowStyle();
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                  QStyleHintReturn* data) const override;
    QIcon standardIcon(StandardPixmap icon, const QStyleOption* option, const QWidget* widget) const override;
};

}  // namespace ui
