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

// The commands from `first` on, so many.
QGridLayout* makeLines(const QString& title, const std::vector<QAction*>& actions, std::size_t first,
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
        const QAction& action = *actions[first + i];
        QStringList keys;
        for (const QKeySequence& key : action.shortcuts()) keys += keysText(key);
        keys.removeDuplicates();
        auto* text = new QLabel(action.text(), body);
        auto* key = new QLabel(keys.join(QStringLiteral("  ")), body);
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

// By category, the longest first.
std::vector<std::pair<QString, std::vector<QAction*>>> shownOf(const CommandRegistry& registry)
{
    std::map<QString, std::vector<QAction*>> found;
    for (const CommandRegistry::Entry& entry : registry.entries())
        if (isShown(entry)) found[entry.category].push_back(entry.action);
    std::vector<std::pair<QString, std::vector<QAction*>>> all(found.begin(), found.end());
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
    for (const auto& [category, actions] : categories) lines += actions.size() + kHeadLines;
    const std::size_t most = lines / columns.size() + kHeadLines + 1;
    std::size_t column = 0, used = 0;
    for (const auto& [category, actions] : categories)
        for (std::size_t first = 0; first < actions.size();) {
            const bool isLast = column + 1 == columns.size();
            if (!isLast && used + kHeadLines + kLinesLeast > most) {
                ++column;
                used = 0;
                continue;
            }
            const std::size_t left = actions.size() - first;
            const std::size_t count = isLast ? left : std::min(left, most - used - kHeadLines);
            const QString title = first == 0 ? category : KeySheet::tr("%1, continued").arg(category);
            columns[column]->addLayout(makeLines(title, actions, first, count, body));
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
