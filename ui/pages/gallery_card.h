#pragma once

#include "ui/pages/examples.h"
#include "ui/pages/graph_sketch.h"

#include <QAbstractButton>

namespace ui {

// An example: its drawing, its name, what it shows and where its rows come from. A click or Enter asks for
// running it. Owned by the gallery, GUI thread.
class GalleryCard : public QAbstractButton {
    Q_OBJECT
public:
    static constexpr int kHeight = 176;
    GalleryCard(const Example& example, const engine::EngineClient& client, QWidget* parent = nullptr);
    QSize sizeHint() const override { return {360, kHeight}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    GraphSketch m_sketch;
    QString m_title, m_text, m_tag;
};

}  // namespace ui
