#include "ui/commands/key_sheet.h"

#include "ui/commands/command_registry.h"
#include "ui/theme.h"

#include <QGridLayout>
#include <QLabel>
#include <QScrollArea>

#include <algorithm>
#include <map>
#include <vector>

namespace ui {

namespace {

constexpr int kColumnsMost = 3;
constexpr std::size_t kHeadLines = 2, kLinesLeast = 4;  // of a part of a category
constexpr int kSheetColumn = 300, kSheetGap = 48, kSheetMargins = 96;  // with those of the overlay

// Commands that come and go with the files that were opened have no keys.
bool isFile(const CommandRegistry::Entry& entry)
{
    return entry.action->objectName().startsWith(QLatin1String("file.recent"));
}

// One with a key of its own; the palette lists the others too.
bool isShown(const CommandRegistry::Entry& entry)
{
    return !isFile(entry) && !entry.action->shortcuts().isEmpty();
}

struct KeyLine {
    QString text{};
    QStringList keys{};
};

// The lines from `first` on, so many.
QGridLayout* makeLines(const QString& title, const std::vector<KeyLine>& lines, std::size_t first,
                       std::size_t count, QWidget* body)
{
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(3);
    grid->setColumnStretch(0, 1);
    auto* head = new QLabel(title.toUpper(), body);
    head->setObjectName(QStringLiteral("heading"));
    grid->addWidget(head, 0, 0, 1, 2);
    for (std::size_t i = 0; i < count; ++i) {
        auto* text = new QLabel(lines[first + i].text, body);
        auto* key = new QLabel(lines[first + i].keys.join(QStringLiteral("  ")), body);
        text->setTextFormat(Qt::PlainText);
        key->setObjectName(QStringLiteral("soft"));
        key->setFont(theme().mono(TypeSize::Small));
        key->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        const int row = static_cast<int>(i) + 1;
        grid->addWidget(text, row, 0);
        grid->addWidget(key, row, 1);
    }
    return grid;
}

// By category, the longest first. What the window and the canvas do alike has one line, with both's keys.
std::vector<std::pair<QString, std::vector<KeyLine>>> shownOf(const CommandRegistry& registry)
{
    std::map<QString, std::vector<KeyLine>> found;
    std::map<QString, std::pair<QString, std::size_t>> places;
    for (const CommandRegistry::Entry& entry : registry.entries()) {
        if (!isShown(entry)) continue;
        const QString text = entry.action->text();
        const auto [place, isNew] = places.try_emplace(text, entry.category, found[entry.category].size());
        std::vector<KeyLine>& lines = found[place->second.first];
        if (isNew) lines.push_back({text, {}});
        QStringList& keys = lines[place->second.second].keys;
        for (const QKeySequence& key : entry.action->shortcuts()) keys += keysText(key);
        keys.removeDuplicates();
    }
    std::erase_if(found, [](const auto& category) { return category.second.empty(); });
    std::vector<std::pair<QString, std::vector<KeyLine>>> all(found.begin(), found.end());
    std::stable_sort(all.begin(), all.end(), [](const auto& one, const auto& other) {
        return one.second.size() > other.second.size();
    });
    return all;
}

// A category that does not end in a column goes on in the next one, so that all columns are of a length.
void fillColumns(const CommandRegistry& registry, const std::vector<QVBoxLayout*>& columns, QWidget* body)
{
    const auto categories = shownOf(registry);
    std::size_t lines = 0;
    for (const auto& [category, all] : categories) lines += all.size() + kHeadLines;
    const std::size_t most = lines / columns.size() + kHeadLines + 1;
    std::size_t column = 0, used = 0;
    for (const auto& [category, all] : categories)
        for (std::size_t first = 0; first < all.size();) {
            const bool isLast = column + 1 == columns.size();
            if (!isLast && used + kHeadLines + kLinesLeast > most) {
                ++column;
                used = 0;
                continue;
            }
            const std::size_t left = all.size() - first;
            const std::size_t count = isLast ? left : std::min(left, most - used - kHeadLines);
            const QString title = first == 0 ? category : KeySheet::tr("%1, continued").arg(category);
            columns[column]->addLayout(makeLines(title, all, first, count, body));
            used += count + kHeadLines;
            first += count;
        }
}

}  // namespace

KeySheet::KeySheet(const CommandRegistry& registry, QWidget* parent) : QFrame(parent)
{
    setObjectName(QStringLiteral("card"));
    setAccessibleName(tr("Keys"));
    auto* title = new QLabel(tr("Keys"), this);
    title->setObjectName(QStringLiteral("title"));
    auto* body = new QWidget;
    auto* columns = new QHBoxLayout(body);
    columns->setContentsMargins(24, 0, 24, 8);
    columns->setSpacing(kSheetGap);
    const int room = parent ? parent->window()->width() - kSheetMargins : 0;
    const int columnCount = std::clamp((room + kSheetGap) / (kSheetColumn + kSheetGap), 1, kColumnsMost);
    std::vector<QVBoxLayout*> sides(static_cast<std::size_t>(columnCount));
    for (QVBoxLayout*& side : sides) {
        side = new QVBoxLayout;
        side->setSpacing(20);
        columns->addLayout(side, 1);
    }
    fillColumns(registry, sides, body);
    for (QVBoxLayout* side : sides) side->addStretch(1);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setWidget(body);
    body->setAutoFillBackground(false);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(1, 20, 1, 8);
    column->setSpacing(16);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(24, 0, 24, 0);
    head->addWidget(title);
    column->addLayout(head);
    column->addWidget(scroll, 1);
    setFocusProxy(scroll);
}

}  // namespace ui
