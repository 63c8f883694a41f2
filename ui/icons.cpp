#include "ui/icons.h"

#include <QFile>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace ui {

namespace {

QString fileOf(const QString& name) { return QStringLiteral(":/icons/%1.svg").arg(name); }

}  // namespace

bool hasIcon(const QString& name) { return QFile::exists(fileOf(name)); }

QPixmap iconPixmap(const QString& name, int size, const QColor& color, double devicePixelRatio)
{
    const QString key =
        QStringLiteral("icon/%1/%2/%3/%4").arg(name).arg(size).arg(color.rgba()).arg(devicePixelRatio);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap)) return pixmap;
    const int pixels = static_cast<int>(size * devicePixelRatio + 0.5);
    pixmap = QPixmap(pixels, pixels);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    QSvgRenderer(fileOf(name)).render(&painter);
    painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
    painter.fillRect(pixmap.rect(), color);
    painter.end();
    pixmap.setDevicePixelRatio(devicePixelRatio);
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

QIcon themedIcon(const QString& name, Tone tone)
{
    QIcon icon;
    for (const double ratio : {1.0, 2.0}) icon.addPixmap(iconPixmap(name, 20, theme().color(tone), ratio));
    return icon;
}

}  // namespace ui
