#pragma once

#include "spec/component_info.h"

#include <QAbstractItemModel>

#include <vector>

namespace ui {

inline constexpr const char* kComponentMimeType = "application/x-streamwright-component";  // its id

// The catalogue as a tree: categories, below them components. Made once from the client's catalogue, which
// outlives it; GUI thread.
class PaletteModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Role { HelpRole = Qt::UserRole, ToneRole, SearchRole };
    explicit PaletteModel(const std::vector<engine::ComponentInfo>& catalog, QObject* parent = nullptr);

    const engine::ComponentInfo* component(const QModelIndex& index) const;  // null for a category
    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QStringList mimeTypes() const override { return {QLatin1String(kComponentMimeType)}; }
    QMimeData* mimeData(const QModelIndexList& indexes) const override;  // of the first

private:
    struct Category {
        QString title{};
        std::vector<const engine::ComponentInfo*> components{};
    };
    std::vector<Category> m_categories;
};

}  // namespace ui
