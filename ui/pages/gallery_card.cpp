#include "ui/pages/gallery_card.h"

#include "ui/icons.h"
#include "ui/plain_text.h"

#include <QKeyEvent>
#include <QPainterPath>
#include <QTextLayout>

#include <algorithm>

namespace ui {

namespace {

constexpr double kSketchHeight = 88;

// Where the rows come from, told by the kinds of its sources.
QString tagOf(const Example& example)
{
    if (example.needsBroker) return GalleryCard::tr("needs a broker");
    const auto makesRows = [](const engine::NodeSpec& node) { return node.component == "generator_source"; };
    if (std::any_of(example.spec.nodes.begin(), example.spec.nodes.end(), makesRows))
        return GalleryCard::tr("generated");
    return example.isReal ? GalleryCard::tr("real input") : GalleryCard::tr("from a file");
}

// At most two lines, the last cut where it does not fit.
void drawLines(QPainter& painter, const QRectF& rect, const QString& text)
{
    QTextLayout layout(text, painter.font());
    layout.beginLayout();
    double y = 0;
    constexpr int kLines = 2;
    for (int i = 0; i < kLines; ++i) {
        QTextLine line = layout.createLine();
        if (!line.isValid()) break;
        line.setLineWidth(rect.width());
        const bool isCut = i == kLines - 1 && line.textStart() + line.textLength() < text.size();
        const QString part = isCut
            ? painter.fontMetrics().elidedText(text.mid(line.textStart()), Qt::ElideRight,
                                               static_cast<int>(rect.width()))
            : text.mid(line.textStart(), line.textLength());
        painter.drawText(QRectF(rect.left(), rect.top() + y, rect.width(), 18),
                         Qt::AlignLeft | Qt::AlignVCenter, part);
        y += 18;
    }
    layout.endLayout();
}

}  // namespace

GalleryCard::GalleryCard(const Example& example, const engine::EngineClient& client, QWidget* parent)
    : QAbstractButton(parent),
      m_sketch(example.spec, client),
      m_title(QString::fromStdString(example.spec.name)),
      m_text(example.text),
      m_tag(tagOf(example))
{
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setAccessibleName(m_title);
    setAccessibleDescription(m_text);
    setToolTip(plainToolTip(tr("%1\nOpen this example and run it").arg(m_text)));
    setMinimumHeight(kHeight);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void GalleryCard::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF all = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    QPainterPath outline;
    outline.addRoundedRect(all, 8, 8);
    painter.fillPath(outline, theme().color(isDown() ? Tone::Raised : Tone::Card));
    painter.save();
    painter.setClipPath(outline);
    const QRectF sketch(all.left(), all.top(), all.width(), kSketchHeight);
    painter.fillRect(sketch, theme().color(Tone::Ground));
    painter.fillRect(QRectF(sketch.left(), sketch.bottom(), sketch.width(), 1), theme().color(Tone::Line));
    m_sketch.paint(painter, sketch.adjusted(16, 16, -16, -16));
    painter.restore();

    const bool isMarked = underMouse() || hasFocus();
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme().color(isMarked ? Tone::Accent : Tone::Line), hasFocus() ? 2 : 1));
    painter.drawPath(outline);

    QRectF text = all.adjusted(16, kSketchHeight + 12, -16, -12);
    painter.setFont(theme().font(TypeSize::Small));
    const double tagWidth = painter.fontMetrics().horizontalAdvance(m_tag) + 16;
    const QRectF tag(text.right() - tagWidth, text.top(), tagWidth, 20);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().color(Tone::Raised));
    painter.drawRoundedRect(tag, 10, 10);
    painter.setPen(theme().readable(Tone::TextSoft, Tone::Raised));
    painter.drawText(tag, Qt::AlignCenter, m_tag);
    painter.setFont(theme().font(TypeSize::Body, QFont::DemiBold));
    painter.setPen(theme().color(Tone::Text));
    const QRectF title(text.left(), text.top(), tag.left() - text.left() - 8, 20);
    painter.drawText(
        title, Qt::AlignLeft | Qt::AlignVCenter,
        painter.fontMetrics().elidedText(m_title, Qt::ElideRight, static_cast<int>(title.width())));
    painter.setFont(theme().font(TypeSize::Body));
    painter.setPen(theme().readable(Tone::TextSoft, Tone::Card));
    drawLines(painter, text.adjusted(0, 28, 0, 0), m_text);
    if (!isMarked) return;
    // Over the line between the two, where neither the drawing nor a word is.
    const QRectF run(sketch.right() - 42, sketch.bottom() - 15, 26, 26);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().color(Tone::Accent));
    painter.drawEllipse(run);
    painter.drawPixmap(
        run.adjusted(7, 6, -5, -6).toRect(),
        iconPixmap(QStringLiteral("play"), 14, theme().ink(Tone::Accent), devicePixelRatioF()));
}

void GalleryCard::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) return click();
    QAbstractButton::keyPressEvent(event);
}

void GalleryCard::enterEvent(QEnterEvent*) { update(); }

void GalleryCard::leaveEvent(QEvent*) { update(); }

}  // namespace ui
