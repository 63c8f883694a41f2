#pragma once

#include <QColor>
#include <QFont>
#include <QObject>
#include <QString>

#include <array>
#include <optional>

class QApplication;
class QPalette;

namespace ui {

// What a colour means. The first four are surfaces, from the deepest to the highest.
enum class Tone {
    Ground,
    Panel,
    Card,
    Raised,
    Line,
    Text,
    TextSoft,
    TextFaint,
    Accent,
    Ok,
    Info,
    Warning,
    Error,
    Idle,
    Source,
    Rows,
    Window,
    Join,
    Sink
};
inline constexpr int kTones = 19;
inline constexpr int kSurfaces = 4;
inline constexpr double kTextContrast = 4.5;

enum class Shade { Dark, Light };

// The one type scale, in pixels.
enum class TypeSize { Small = 11, Body = 13, Large = 15, Title = 20 };

inline constexpr int kGrid = 8;  // every distance is a multiple or a half of it

// The contrast of two colours as WCAG defines it, from 1 to 21.
double contrast(const QColor& first, const QColor& second);

// All colours, fonts and the style sheet of the window, dark or light. One for the process, GUI thread.
// Painted items ask it at each paint and hear changed().
class Theme : public QObject {
    Q_OBJECT
public:
    static Theme& instance();

    // Sets style, fonts and palette of the application; no shade means that of the desktop's palette.
    void install(QApplication& application, std::optional<Shade> shade);
    void setShade(Shade shade);
    Shade shade() const { return m_shade; }
    // From now on the desktop's shade, also when that changes; until another one is set.
    void followDesktop();
    bool followsDesktop() const { return m_followsDesktop; }
    void takeDesktop(const QPalette& palette);  // what the desktop has come to look like

    bool isAnimated = true;  // whether what moves may take its time

    QColor color(Tone tone) const;
    // The tone as text on a surface: moved towards the text colour until its contrast is enough.
    QColor readable(Tone text, Tone surface) const;
    // Text on a filled button or badge of that tone.
    QColor ink(Tone background) const;
    QColor series(int index) const;  // of data; told apart by the colour-blind up to eight

    QFont font(TypeSize size, QFont::Weight weight = QFont::Normal) const;
    QFont mono(TypeSize size) const;

    bool eventFilter(QObject* watched, QEvent* event) override;

Q_SIGNALS:
    void changed();

private:
    Theme() = default;
    void change(Shade shade);
    void makeReadable();
    void apply();
    void dress(QString sheet);

    Shade m_shade = Shade::Dark;
    bool m_followsDesktop = false;
    QApplication* m_application = nullptr;
    QString m_sheet;
    std::array<std::array<QColor, kSurfaces>, kTones> m_readable{};
};

inline Theme& theme() { return Theme::instance(); }

}  // namespace ui
