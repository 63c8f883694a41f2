#include "ui/palette/palette_model.h"

#include "ui/component_look.h"
#include "ui/plain_text.h"

#include <QMimeData>

#include <algorithm>
#include <array>

namespace ui {

namespace {

// From where rows come to where they go; other categories stand between, by name.
int placeOf(const QString& category)
{
    static const std::array<const char*, 4> kFirst{"Sources", "Rows", "Windows", "Joins"};
    for (std::size_t i = 0; i < kFirst.size(); ++i)
        if (category == QLatin1String(kFirst[i])) return static_cast<int>(i);
    return category == QLatin1String("Sinks") ? 100 : 50;
}

}  // namespace

PaletteModel::PaletteModel(const std::vector<engine::ComponentInfo>& catalog, QObject* parent)
    : QAbstractItemModel(parent)
{
    for (const engine::ComponentInfo& info : catalog) {
        const QString title = QString::fromStdString(info.category.empty() ? "Others" : info.category);
        auto found = std::find_if(m_categories.begin(), m_categories.end(),
                                  [&](const Category& c) { return c.title == title; });
        if (found == m_categories.end()) found = m_categories.insert(m_categories.end(), Category{title, {}});
        found->components.push_back(&info);
    }
    std::stable_sort(m_categories.begin(), m_categories.end(), [](const Category& a, const Category& b) {
        return std::pair(placeOf(a.title), a.title) < std::pair(placeOf(b.title), b.title);
    });
}

const engine::ComponentInfo* PaletteModel::component(const QModelIndex& index) const
{
    if (!index.isValid() || index.internalId() == 0) return nullptr;
    return m_categories[index.internalId() - 1].components[static_cast<std::size_t>(index.row())];
}

QModelIndex PaletteModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent)) return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : quintptr{0});
}

QModelIndex PaletteModel::parent(const QModelIndex& child) const
{
    if (!child.isValid() || child.internalId() == 0) return {};
    return createIndex(static_cast<int>(child.internalId() - 1), 0, quintptr{0});
}

int PaletteModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid()) return static_cast<int>(m_categories.size());
    if (parent.internalId() != 0 || parent.column() != 0) return 0;
    return static_cast<int>(m_categories[static_cast<std::size_t>(parent.row())].components.size());
}

int PaletteModel::columnCount(const QModelIndex&) const { return 1; }

QVariant PaletteModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const engine::ComponentInfo* info = component(index);
    if (!info) {
        const QString& title = m_categories[static_cast<std::size_t>(index.row())].title;
        return role == Qt::DisplayRole ? QVariant(title) : QVariant();
    }
    if (role == Qt::DisplayRole) return QString::fromStdString(info->title.empty() ? info->id : info->title);
    if (role == HelpRole) return QString::fromStdString(info->help);
    if (role == Qt::ToolTipRole) return plainToolTip(QString::fromStdString(info->help));
    if (role == ToneRole) return static_cast<int>(lookOf(info).tone);
    if (role == SearchRole)
        return QString::fromStdString(info->title + " " + info->id + " " + info->category + " " + info->help);
    return {};
}

Qt::ItemFlags PaletteModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags usual = QAbstractItemModel::flags(index);
    return component(index) ? usual | Qt::ItemIsDragEnabled : usual;
}

QMimeData* PaletteModel::mimeData(const QModelIndexList& indexes) const
{
    const engine::ComponentInfo* info = indexes.isEmpty() ? nullptr : component(indexes.front());
    if (!info) return nullptr;
    auto* data = new QMimeData;
    data->setData(QLatin1String(kComponentMimeType), QByteArray::fromStdString(info->id));
    return data;
}

}  // namespace ui
