#include "ui/properties/records_field.h"

#include "ui/properties/param_form.h"

#include <QApplication>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace ui {

namespace {

constexpr int kRowSpacing = 4;
constexpr int kBeyondSight = 400;  // so far beyond what is seen there are rows already
constexpr std::size_t kRowsAtFirst = 10;
constexpr int kRowsAtATime = 8;
constexpr int kRowsMost = 96;  // of more, those far from sight are given up

// "[1].function" of the second row: what follows the bracket's end. Nothing when it is about another row.
std::optional<std::string> belowRow(const std::string& path, std::size_t index)
{
    const std::string begin = "[" + std::to_string(index) + "]";
    if (path.rfind(begin, 0) != 0) return {};
    const std::string rest = path.substr(begin.size());
    return rest.rfind('.', 0) == 0 ? rest.substr(1) : rest;
}

}  // namespace

RecordsField::RecordsField(const engine::ParamField& field, const FormContext& context, QWidget* parent)
    : FieldEditor(field, context, parent),
      m_column(new QVBoxLayout),
      m_add(new QPushButton(this))
{
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(6);
    m_column->setSpacing(kRowSpacing);
    all->addLayout(m_column);
    m_add->setObjectName(QStringLiteral("small"));
    m_add->setText(tr("Add"));
    m_add->setAccessibleName(tr("%1: add a row").arg(fieldTitle(field)));
    setFocusProxy(m_add);
    all->addWidget(m_add, 0, Qt::AlignLeft);
    connect(m_add, &QPushButton::clicked, this, &RecordsField::add);
    m_seen.setSingleShot(true);
    m_seen.setInterval(0);
    connect(&m_seen, &QTimer::timeout, this, &RecordsField::makeWhatIsSeen);
    // The Tab key goes on to rows that are not in sight yet.
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
        if (!now || !isAncestorOf(now)) return;
        for (std::size_t i = 0; i < m_rows.size(); ++i)
            if (m_rows[i] && m_rows[i]->isAncestorOf(now)) return makeAround(i);
    });
}

void RecordsField::showValue(const engine::Json* value)
{
    const engine::Json& shown = value && !value->is_null() ? *value : m_field.fallback;
    m_list = shown.is_array() ? shown : engine::Json::array();
    showRows();
}

void RecordsField::setProblems(const std::vector<engine::Diagnostic>& problems)
{
    m_problems = problems;
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        if (m_rows[i]) showProblems(i);
}

void RecordsField::showProblems(std::size_t index)
{
    std::vector<engine::Diagnostic> own;
    for (const engine::Diagnostic& problem : m_problems)
        if (auto below = belowRow(problem.param, index)) {
            own.push_back(problem);
            own.back().param = std::move(*below);
        }
    m_rows[index]->setProblems(own);
}

void RecordsField::setChanges(std::vector<FieldChange> changes)
{
    m_changes = std::move(changes);
    m_changes.resize(m_rows.size(), FieldChange::None);
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        if (m_rows[i]) m_rows[i]->setChange(m_changes[i]);
}

void RecordsField::refreshContext()
{
    for (RecordRow* row : m_rows)
        if (row) row->refreshContext();
}

RecordRow& RecordsField::row(int index)
{
    const auto at = static_cast<std::size_t>(index);
    if (!m_rows[at]) {
        make(at);
        lay();
    }
    return *m_rows[at];
}

int RecordsField::madeCount() const
{
    return static_cast<int>(m_rows.size()) -
        static_cast<int>(std::count(m_rows.begin(), m_rows.end(), nullptr));
}

std::size_t RecordsField::indexOf(const RecordRow* row) const
{
    return static_cast<std::size_t>(std::find(m_rows.begin(), m_rows.end(), row) - m_rows.begin());
}

void RecordsField::make(std::size_t index)
{
    auto* row = new RecordRow(m_field, m_context, this);
    m_rows[index] = row;
    connect(row, &RecordRow::moveWanted, this, [this, row](int by) { move(row, by); });
    connect(row, &RecordRow::removeWanted, this, [this, row] { remove(row); });
    connect(row, &RecordRow::edited, this,
            [this, row](const std::string& name, const engine::Json& value, const std::string& path) {
                edit(row, name, value, path);
            });
    row->showRecord(static_cast<int>(index) + 1, count(), m_list[index]);
    showProblems(index);
    if (index < m_changes.size()) row->setChange(m_changes[index]);
    row->resize(width(), row->sizeHint().height());
    row->show();
}

void RecordsField::discard(RecordRow* row)
{
    m_column->removeWidget(row);
    row->hide();
    row->deleteLater();
}

int RecordsField::gapHeight() const
{
    const auto made = std::find_if(m_rows.begin(), m_rows.end(), [](const RecordRow* row) { return row; });
    return made == m_rows.end() ? 0 : (*made)->closedHeight();
}

// From the first to behind the last of those that have a part in it.
std::pair<std::size_t, std::size_t> RecordsField::rowsWithin(const QRect& place) const
{
    const int gap = gapHeight();
    std::size_t first = m_rows.size(), end = 0;
    int top = 0;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const int bottom = top + (m_rows[i] ? m_rows[i]->height() : gap);
        if (bottom >= place.top() && top <= place.bottom()) {
            first = std::min(first, i);
            end = i + 1;
        }
        top = bottom + kRowSpacing;
    }
    return {first, end};
}

// The focus comes to the first from above and to the last from below.
bool RecordsField::isNeeded(std::size_t index) const
{
    if (index == 0 || index + 1 == m_rows.size()) return true;
    for (std::size_t i = index - 1; i <= index + 1; ++i)
        if (m_rows[i] && m_rows[i]->isAncestorOf(QApplication::focusWidget())) return true;
    return m_rows[index]->isOpen();
}

void RecordsField::makeAround(std::size_t index)
{
    bool isNew = false;
    for (std::size_t i = index > 0 ? index - 1 : 0; i < std::min(index + 2, m_rows.size()); ++i) {
        if (m_rows[i]) continue;
        make(i);
        isNew = true;
    }
    if (isNew) lay();
}

// A few at a time, so that nothing waits for them.
void RecordsField::makeWhatIsSeen()
{
    const QRect seen = visibleRegion().boundingRect();
    if (seen.isEmpty()) return;
    const auto [first, end] = rowsWithin(seen.adjusted(0, -kBeyondSight, 0, kBeyondSight));
    int made = 0;
    for (std::size_t i = first; i < end && made < kRowsAtATime; ++i) {
        if (m_rows[i]) continue;
        make(i);
        ++made;
    }
    bool isLess = false;
    if (made == 0 && madeCount() > kRowsMost)
        for (std::size_t i = 0; i < m_rows.size(); ++i) {
            if (!m_rows[i] || (i >= first && i < end) || isNeeded(i)) continue;
            discard(std::exchange(m_rows[i], nullptr));
            isLess = true;
        }
    if (made > 0) m_seen.start();
    if (made > 0 || isLess) lay();
}

// What comes into sight is painted.
void RecordsField::paintEvent(QPaintEvent* event)
{
    FieldEditor::paintEvent(event);
    const auto [first, end] =
        rowsWithin(visibleRegion().boundingRect().adjusted(0, -kBeyondSight / 2, 0, kBeyondSight / 2));
    const auto at = [this](std::size_t i) { return m_rows.begin() + static_cast<std::ptrdiff_t>(i); };
    if (first < end && std::find(at(first), at(end), nullptr) != at(end)) m_seen.start();
}

// Rows and the room for those between them, in their order.
void RecordsField::lay()
{
    while (QLayoutItem* item = m_column->takeAt(0)) delete item;
    int missing = 0;
    const int gap = gapHeight();
    for (RecordRow* row : m_rows) {
        if (!row) {
            ++missing;
            continue;
        }
        if (missing > 0)
            m_column->addSpacerItem(new QSpacerItem(0, missing * (gap + kRowSpacing) - kRowSpacing,
                                                    QSizePolicy::Minimum, QSizePolicy::Fixed));
        missing = 0;
        m_column->addWidget(row);
    }
}

void RecordsField::showRows()
{
    const std::size_t before = m_rows.size();
    while (m_rows.size() > m_list.size()) {
        if (m_rows.back()) discard(m_rows.back());
        m_rows.pop_back();
    }
    m_rows.resize(m_list.size(), nullptr);
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        if (m_rows[i]) m_rows[i]->showRecord(static_cast<int>(i) + 1, count(), m_list[i]);
    bool isNew = before != m_rows.size();
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        if (m_rows[i] || (i >= kRowsAtFirst && i + 1 < m_rows.size())) continue;
        make(i);
        isNew = true;
    }
    if (isNew) lay();
}

void RecordsField::give(const std::string& path)
{
    showRows();
    Q_EMIT edited(m_list, path);
}

void RecordsField::add()
{
    m_list.push_back(engine::Json::object());
    showRows();
    RecordRow* row = m_rows.back();
    row->setOpen(true);
    Q_EMIT edited(m_list, "!");
    row->focusFirst();
}

// The rows change places, not only what they show: the one that was open stays open, with its focus.
void RecordsField::move(RecordRow* row, int by)
{
    const std::size_t from = indexOf(row);
    const std::size_t to = from + static_cast<std::size_t>(by);
    if (to >= m_rows.size()) return;
    std::swap(m_list[from], m_list[to]);
    std::swap(m_rows[from], m_rows[to]);
    makeAround(to);
    lay();
    give("!");
}

void RecordsField::remove(RecordRow* row)
{
    const std::size_t index = indexOf(row);
    m_list.erase(index);
    m_rows.erase(m_rows.begin() + static_cast<std::ptrdiff_t>(index));
    discard(row);
    lay();
    QWidget* next = m_add;
    if (!m_rows.empty()) next = &this->row(static_cast<int>(std::min(index, m_rows.size() - 1)));
    next->setFocus();
    give("!");
}

void RecordsField::edit(RecordRow* row, const std::string& name, const engine::Json& value,
                        const std::string& path)
{
    const std::size_t index = indexOf(row);
    if (index >= m_list.size()) return;
    engine::Json& record = m_list[index];
    if (!record.is_object()) record = engine::Json::object();
    if (value.is_null())
        record.erase(name);
    else
        record[name] = value;
    give(path == "!" ? path : "[" + std::to_string(index) + "]." + name + path);
}

}  // namespace ui
