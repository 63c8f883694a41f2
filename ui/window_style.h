#pragma once

#include <QProxyStyle>

namespace ui {

// Fusion with the program's own icons in what Qt makes itself, such as its file dialog, and none on the
// buttons of dialogs. The button that has the focus has a ring, and Enter presses it like Space. Nothing
// moves where the user wants it so. Owned by the application, GUI thread.
class WindowStyle : public QProxyStyle {
    Q_OBJECT
public:
    WindowStyle();
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                  QStyleHintReturn* data) const override;
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
    void polish(QWidget* widget) override;
    void unpolish(QWidget* widget) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    using QProxyStyle::polish;
    using QProxyStyle::unpolish;
    QIcon standardIcon(StandardPixmap icon, const QStyleOption* option, const QWidget* widget) const override;
};

}  // namespace ui
