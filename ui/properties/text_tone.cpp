#include "ui/properties/text_tone.h"

#include <QLabel>

namespace ui {

void setTextTone(QLabel* label, Tone tone)
{
    const QString sheet = QStringLiteral("color: %1").arg(theme().readable(tone, Tone::Card).name());
    if (label->styleSheet() != sheet) label->setStyleSheet(sheet);
}

}  // namespace ui
