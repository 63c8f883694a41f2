#include "ui/theme.h"

#include "ui/window_style.h"

#include <QApplication>
#include <QEvent>
#include <QFontDatabase>
#include <QPalette>

#include <algorithm>
#include <cmath>
#include <map>

static void loadResources() { Q_INIT_RESOURCE(resources); }

namespace ui {

namespace {

struct Pair {
    QRgb dark, light;
};

constexpr std::array<Pair, kTones> kColors{{
    {0xff14171c, 0xffeef1f5}, {0xff1a1e25, 0xfff7f9fb}, {0xff21262f, 0xffffffff}, {0xff2a303b, 0xffe6eaf0},
    {0xff323a47, 0xffd2d9e2}, {0xffe8ecf2, 0xff1b2430}, {0xffa9b3c1, 0xff4a5667}, {0xff768293, 0xff66727f},
    {0xff4c9be8, 0xff1f6fc0}, {0xff4fb286, 0xff1d7f55}, {0xff56b4e9, 0xff1b77a8}, {0xffe6a23c, 0xff9a6200},
    {0xffe5604d, 0xffbf3a28}, {0xff6b7686, 0xff7d8795}, {0xff56b4e9, 0xff1b77a8}, {0xff93a3b8, 0xff586a80},
    {0xffb78ce6, 0xff7a4fc0}, {0xffe69f00, 0xffa86b00}, {0xff4fb286, 0xff1d7f55},
}};

// Okabe and Ito's palette, the pale yellow last; then steps of viridis.
constexpr std::array<QRgb, 12> kSeriesDark{0xff56b4e9, 0xffe69f00, 0xff009e73, 0xffcc79a7,
                                           0xffd55e00, 0xff4a8fd0, 0xff9aa5b5, 0xfff0e442,
                                           0xff5ec962, 0xff21918c, 0xff7a6fc0, 0xffb5de2b};
constexpr std::array<QRgb, 12> kSeriesLight{0xff0072b2, 0xffe69f00, 0xff009e73, 0xffcc79a7,
                                            0xffd55e00, 0xff56b4e9, 0xff5d6875, 0xffb8a800,
                                            0xff35b779, 0xff21918c, 0xff443983, 0xff8a9a10};

double linear(int channel)
{
    const double share = channel / 255.0;
    return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color)
{
    return 0.2126 * linear(color.red()) + 0.7152 * linear(color.green()) + 0.0722 * linear(color.blue());
}

QColor mix(const QColor& from, const QColor& to, double share)
{
    return QColor::fromRgbF(static_cast<float>(from.redF() + (to.redF() - from.redF()) * share),
                            static_cast<float>(from.greenF() + (to.greenF() - from.greenF()) * share),
                            static_cast<float>(from.blueF() + (to.blueF() - from.blueF()) * share));
}

QString firstFamily(const QStringList& wanted)
{
    const QStringList present = QFontDatabase::families();
    for (const QString& family : wanted)
        if (present.contains(family)) return family;
    return wanted.back();
}

Shade shadeOf(const QPalette& palette)
{
    return palette.color(QPalette::Window).lightness() < 128 ? Shade::Dark : Shade::Light;
}

// What the application's palette is without the one that was set here.
QPalette desktopPalette()
{
    const QPalette own = QApplication::palette();
    QApplication::setPalette(QPalette());
    const QPalette desktop = QApplication::palette();
    QApplication::setPalette(own);
    return desktop;
}

const char* const kSheet = R"(
QWidget { color: {text}; }
QMainWindow, QWidget#central { background: {panel}; }
QToolTip { background: {raised}; color: {text}; border: 1px solid {line}; padding: 4px 8px; }
QWidget#topBar { background: {panel}; border-bottom: 1px solid {line}; }
QWidget#rail { background: {panel}; border-right: 1px solid {line}; }
QWidget#palette { background: {panel}; border-right: 1px solid {line}; }
QWidget#inspector { background: {panel}; border-left: 1px solid {line}; }
QWidget#inspectorBody { background: {panel}; }
QWidget#dock { background: {panel}; border-top: 1px solid {line}; }
QWidget#dockHeader { background: {panel}; border-bottom: 1px solid {line}; }
QWidget#statusBar { background: {panel}; border-top: 1px solid {line}; }
QSplitter::handle { background: {line}; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QLineEdit { background: {ground}; border: 1px solid {line}; border-radius: 6px; padding: 0 10px;
            min-height: 30px;
            selection-background-color: {accent}; selection-color: {accentInk}; }
QLineEdit:focus { border-color: {accent}; }
QPushButton, QToolButton#flat { background: {raised}; border: 1px solid {line}; border-radius: 6px;
              padding: 0 12px;
              min-height: 28px; font-weight: 500; }
QPushButton:hover, QToolButton#flat:hover { border-color: {textFaint}; }
QPushButton:focus, QToolButton#flat:focus { border-color: {accent}; }
QPushButton:pressed { background: {line}; }
QPushButton:disabled { color: {textFaint}; background: {panel}; }
QPushButton#run { background: {accent}; border-color: {accent}; color: {accentInk}; font-weight: 600; }
QPushButton#run:disabled { background: {raised}; border-color: {line}; color: {textFaint}; }
QToolButton { border: 1px solid transparent; background: transparent; border-radius: 6px; padding: 3px; }
QToolButton:hover { background: {raised}; }
QToolButton#menuButton { padding: 6px; }
QToolButton#menuButton::menu-indicator { image: none; }
QPushButton#search { background: {ground}; min-height: 28px; }
QToolButton#tab { color: {soft}; padding: 4px 8px; }
QToolButton#tab:hover { background: {raised}; }
QToolButton#tab:checked { color: {accentText}; font-weight: 600; background: transparent; }
QToolButton#railItem { color: {soft}; border: none; font-size: 11px; border-radius: 0; padding: 8px 0;
                        min-width: 55px; max-width: 55px; }
QToolButton#railItem:checked { color: {text}; border-left: 2px solid {accent}; background: transparent; }
QToolButton:focus { background: {raised}; border-color: {accentText}; }
QWidget#topBar QToolButton { border: 1px solid transparent; }
QWidget#topBar QToolButton:focus { border-color: {accentText}; }
QToolButton#tab { border: 1px solid transparent; }
QToolButton#tab:focus { border-color: {accentText}; }
QToolButton#railItem:focus { background: {raised}; color: {accentText}; }
QWidget#gallery { background: {ground}; }
QPushButton#recentFile { color: {accentText}; background: transparent; border: none; padding: 4px 0;
            min-height: 0; text-align: left; outline: none; }
QPushButton#recentFile:hover, QPushButton#recentFile:focus { background: transparent;
            text-decoration: underline; }
QPushButton#recentFile:disabled { color: {textFaint}; }
QFrame#card { background: {card}; border: 1px solid {line}; border-radius: 10px; }
QWidget#noticeBar { background: {raised}; border-bottom: 1px solid {line}; }
QWidget#noticeBar QPushButton { background: {card}; }
QWidget#tabsBar { background: {panel}; border-bottom: 1px solid {line}; }
QTabBar#documentTabs { background: transparent; }
QTabBar#documentTabs::tear { width: 0; border: none; }
QTabBar#documentTabs::tab { background: transparent; color: {soft}; padding: 0 4px 0 12px; height: 35px;
                            min-width: 96px; border: none; border-right: 1px solid {line};
                            border-top: 2px solid transparent; }
QTabBar#documentTabs::tab:hover { background: {raised}; }
QTabBar#documentTabs::tab:selected { background: {ground}; color: {text}; border-top: 2px solid {accent}; }
QTabBar#documentTabs::tab:selected:focus { background: {raised}; }
QToolButton#closeTab { color: {soft}; font-size: 15px; padding: 0; margin: 0 2px; border-radius: 4px;
                       min-width: 18px; min-height: 18px; max-width: 18px; max-height: 18px; }
QToolButton#closeTab:hover { background: {line}; color: {text}; }
QWidget#textView { background: {panel}; border-left: 1px solid {line}; }
QPlainTextEdit#documentText { background: {ground}; border: none; border-bottom: 1px solid {line};
            padding: 8px;
            selection-background-color: {accent}; selection-color: {accentInk}; }
QMenu::item:disabled { color: {textFaint}; }
QMenu { background: {card}; border: 1px solid {line}; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: {raised}; }
QMenu::separator { height: 1px; background: {line}; margin: 4px 8px; }
QTreeView, QTableView, QListView, QPlainTextEdit, QScrollArea {
    background: transparent; border: none; outline: none; }
QTableView { gridline-color: transparent; selection-background-color: {raised}; selection-color: {text}; }
QTreeView::item, QListView::item { border: none; }
QTableView::item { border: none; border-bottom: 1px solid {raised}; padding: 0 8px; }
QHeaderView { background: transparent; border: none; border-bottom: 1px solid {line}; }
QHeaderView::section { background: {panel}; color: {soft}; border: none; padding: 0 11px; font-size: 11px; }
QTableView#jobsTable QHeaderView::section { padding: 0 16px; }
QTableView#alertsTable QHeaderView::section { padding: 0 8px; }
QTableView#alertsTable QHeaderView::section:first { padding-left: 16px; }
QTableView#samples::item { padding: 0 2px; }
QTableView#samples QHeaderView::section { padding: 0 5px; }
QTableView#partitions::item, QTableView#partitions QHeaderView::section { padding: 0 4px; }
QTableView#alertsTable { border-top: 1px solid {line}; }
QWidget#alertCard { background: {panel}; }
QScrollArea#alertCardArea { border-top: 1px solid {line}; }
QLabel#alertSummary { font-size: 20px; font-weight: 600; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: {line}; border-radius: 3px; margin: 2px; min-height: 24px; min-width: 24px; }
QScrollBar::handle:hover { background: {textFaint}; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {
    background: none; height: 0; width: 0; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QLabel#heading { color: {soft}; font-size: 11px; font-weight: 600; }
QLabel#soft { color: {soft}; }
QLabel#title { font-size: 15px; font-weight: 600; }
QLabel#empty { color: {soft}; font-size: 13px; }
QLabel#emptyTitle { font-size: 20px; font-weight: 600; }
QLabel#code { background: {ground}; border: 1px solid {line}; border-radius: 6px; padding: 8px; }
QLineEdit:disabled { color: {textFaint}; }
QWidget#inspector QLineEdit { min-height: 28px; padding: 0 8px; }
QComboBox { background: {ground}; border: 1px solid {line}; border-radius: 6px; padding: 0 10px;
            min-height: 28px; }
QComboBox:focus, QComboBox:on { border-color: {accent}; }
QComboBox QLineEdit, QWidget#inspector QComboBox QLineEdit { border: none; background: transparent;
            padding: 0; min-height: 24px; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url(:/icons/chevron.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView, QListView#completions { background: {card}; border: 1px solid {line};
            selection-background-color: {raised}; selection-color: {text}; outline: none; }
QPlainTextEdit#formula { background: {ground}; border: 1px solid {line}; border-radius: 6px; padding: 0 2px;
            selection-background-color: {accent}; selection-color: {accentInk}; }
QPlainTextEdit#formula:focus { border-color: {accent}; }
QPushButton#small { min-height: 24px; padding: 0 10px; }
QToolButton#rowTool { padding: 1px; min-width: 20px; min-height: 20px; max-width: 20px; max-height: 20px; }
QToolButton#rowTool:focus, QToolButton#chip:focus, QToolButton#wrongChip:focus, QToolButton#fold:focus {
            border: 1px solid {accent}; }
QToolButton#chip, QToolButton#wrongChip { background: {raised}; border: 1px solid {line}; border-radius: 6px;
            padding: 2px 8px; }
QToolButton#wrongChip { color: {errorText}; border-color: {errorText}; }
QToolButton#chip:hover, QToolButton#wrongChip:hover { border-color: {textFaint}; }
QToolButton#link { color: {accentText}; padding: 0; text-decoration: underline; }
QToolButton#fold { color: {soft}; padding: 4px 8px 4px 0; border: 1px solid transparent; }
QWidget#record { background: {card}; border: 1px solid {line}; border-radius: 6px; }
QToolButton#recordTitle, QToolButton#wrongRecordTitle { padding: 6px 4px; text-align: left;
            border: 1px solid transparent; }
QToolButton#recordTitle:focus, QToolButton#wrongRecordTitle:focus { border-color: {accent}; }
QToolButton#wrongRecordTitle { color: {errorText}; }
QFrame#detected { background: {card}; border: 1px solid {accent}; border-radius: 6px; }
QFrame#detected QHeaderView::section { background: transparent; }
QLabel#fieldHelp { color: {soft}; background: {panel}; border-top: 1px solid {line}; padding: 8px 16px; }
QCheckBox { spacing: 8px; }
QCheckBox::indicator { width: 16px; height: 16px; border: 1px solid {textFaint}; border-radius: 4px;
            background: {ground}; }
QCheckBox::indicator:checked { background: {accent}; border-color: {accent}; image: url({tick}); }
QCheckBox::indicator:focus { border-color: {accent}; }
QFrame#popup { background: {card}; border: 1px solid {line}; border-radius: 8px; }
QPlainTextEdit#inlineEditor { background: {ground}; border: 1px solid {accent}; border-radius: 6px;
            selection-background-color: {accent}; selection-color: {accentInk}; }
QLabel#canvasTip, QLabel#canvasSaid { background: {raised}; border: 1px solid {textFaint}; border-radius: 6px;
            padding: 6px 10px; }
QFrame#rule { background: {line}; max-height: 1px; border: none; }
)";

}  // namespace

double contrast(const QColor& first, const QColor& second)
{
    const double one = luminance(first), other = luminance(second);
    const double low = std::min(one, other), high = std::max(one, other);
    return (high + 0.05) / (low + 0.05);
}

Theme& Theme::instance()
{
    static Theme theme;
    return theme;
}

void Theme::install(QApplication& application, std::optional<Shade> shade)
{
    loadResources();
    m_application = &application;
    m_followsDesktop = !shade;
    m_shade = shade.value_or(shadeOf(application.palette()));
    QApplication::setStyle(new WindowStyle);
    application.installEventFilter(this);
    apply();
}

void Theme::setShade(Shade shade)
{
    m_followsDesktop = false;
    change(shade);
}

void Theme::followDesktop()
{
    m_followsDesktop = true;
    takeDesktop(desktopPalette());
}

void Theme::takeDesktop(const QPalette& palette)
{
    if (m_followsDesktop) change(shadeOf(palette));
}

void Theme::change(Shade shade)
{
    if (shade == m_shade) return;
    m_shade = shade;
    apply();
}

QColor Theme::color(Tone tone) const
{
    const Pair& pair = kColors[static_cast<std::size_t>(tone)];
    return QColor::fromRgb(m_shade == Shade::Dark ? pair.dark : pair.light);
}

QColor Theme::readable(Tone text, Tone surface) const
{
    return m_readable[static_cast<std::size_t>(text)][static_cast<std::size_t>(surface)];
}

QColor Theme::ink(Tone background) const
{
    const QColor light(Qt::white), dark(QRgb(0xff10141a));
    const QColor fill = color(background);
    return contrast(fill, light) > contrast(fill, dark) ? light : dark;
}

QColor Theme::series(int index) const
{
    const auto& colors = m_shade == Shade::Dark ? kSeriesDark : kSeriesLight;
    return QColor::fromRgb(colors[static_cast<std::size_t>(index) % colors.size()]);
}

// Paints ask for fonts all the time; making one anew costs more than drawing with it.
QFont Theme::font(TypeSize size, QFont::Weight weight) const
{
    static std::map<std::pair<TypeSize, QFont::Weight>, QFont> made;
    if (const auto found = made.find({size, weight}); found != made.end()) return found->second;
    QFont font(firstFamily({QStringLiteral("Inter"), QStringLiteral("Noto Sans"),
                            QStringLiteral("DejaVu Sans"), QStringLiteral("Sans Serif")}));
    font.setPixelSize(static_cast<int>(size));
    font.setWeight(weight);
    font.setHintingPreference(QFont::PreferNoHinting);
    return made.emplace(std::pair(size, weight), font).first->second;
}

QFont Theme::mono(TypeSize size) const
{
    static const QString family = firstFamily(
        {QStringLiteral("JetBrains Mono"), QStringLiteral("DejaVu Sans Mono"), QStringLiteral("Monospace")});
    QFont font(family);
    font.setPixelSize(static_cast<int>(size));
    font.setHintingPreference(QFont::PreferNoHinting);
    // A ligature would draw >= as another character than was typed.
    font.setStyleHint(QFont::Monospace, QFont::PreferNoShaping);
    return font;
}

void Theme::makeReadable()
{
    const QColor end = m_shade == Shade::Dark ? QColor(Qt::white) : QColor(Qt::black);
    for (int tone = 0; tone < kTones; ++tone) {
        for (int surface = 0; surface < kSurfaces; ++surface) {
            const QColor start = color(static_cast<Tone>(tone)), under = color(static_cast<Tone>(surface));
            QColor found = start;
            for (int step = 0; step <= 50 && contrast(found, under) < kTextContrast; ++step)
                found = mix(start, end, step / 50.0);
            m_readable[static_cast<std::size_t>(tone)][static_cast<std::size_t>(surface)] = found;
        }
    }
}

void Theme::apply()
{
    makeReadable();
    if (!m_application) return;
    QPalette palette;
    palette.setColor(QPalette::Window, color(Tone::Panel));
    palette.setColor(QPalette::WindowText, color(Tone::Text));
    palette.setColor(QPalette::Base, color(Tone::Ground));
    palette.setColor(QPalette::AlternateBase, color(Tone::Card));
    palette.setColor(QPalette::Text, color(Tone::Text));
    palette.setColor(QPalette::Button, color(Tone::Raised));
    palette.setColor(QPalette::ButtonText, color(Tone::Text));
    palette.setColor(QPalette::Highlight, color(Tone::Accent));
    palette.setColor(QPalette::HighlightedText, ink(Tone::Accent));
    palette.setColor(QPalette::ToolTipBase, color(Tone::Raised));
    palette.setColor(QPalette::ToolTipText, color(Tone::Text));
    palette.setColor(QPalette::PlaceholderText, readable(Tone::TextFaint, Tone::Ground));
    palette.setColor(QPalette::Link, readable(Tone::Accent, Tone::Panel));
    QApplication::setPalette(palette);
    QApplication::setFont(font(TypeSize::Body));

    QString sheet = QString::fromLatin1(kSheet);
    const std::array<std::pair<const char*, QColor>, 11> names{{
        {"{ground}", color(Tone::Ground)},
        {"{panel}", color(Tone::Panel)},
        {"{card}", color(Tone::Card)},
        {"{raised}", color(Tone::Raised)},
        {"{line}", color(Tone::Line)},
        {"{text}", color(Tone::Text)},
        {"{accent}", color(Tone::Accent)},
        {"{accentInk}", ink(Tone::Accent)},
        {"{accentText}", readable(Tone::Accent, Tone::Panel)},
        {"{soft}", readable(Tone::TextSoft, Tone::Raised)},
        {"{errorText}", readable(Tone::Error, Tone::Raised)},
    }};
    for (const auto& [name, value] : names) sheet.replace(QLatin1String(name), value.name());
    sheet.replace(QLatin1String("{textFaint}"), color(Tone::TextFaint).name());
    const bool isInkLight = ink(Tone::Accent).lightness() > 128;
    sheet.replace(QLatin1String("{tick}"),
                  isInkLight ? QStringLiteral(":/icons/tick_light.svg")
                             : QStringLiteral(":/icons/tick_dark.svg"));
    dress(std::move(sheet));
    Q_EMIT changed();
}

}  // namespace ui
