#pragma once

#include "ui/session.h"

#include <QWidget>

#include <functional>
#include <vector>

class QLabel;
class QScrollArea;
class QVBoxLayout;

namespace ui {

class FiguresLabel;

// What there is to know of the selected node, edge or, with nothing selected, the pipeline: texts from the
// document and the catalogue, figures from the job. Owned by the main window, GUI thread. Knows no component
// by name.
class InspectorPanel : public QWidget {
    Q_OBJECT
public:
    explicit InspectorPanel(Session& session, QWidget* parent = nullptr);
    void showNode(const engine::NodeId& node);
    void showEdge(const engine::EdgeSpec& edge);
    void showPipeline();
    void refresh();  // figures, some times a second

private:
    using Figure = std::function<QString(const engine::JobTelemetry&)>;
    void rebuild();
    void buildNode(const engine::NodeSpec& node);
    void buildEdge(const engine::EdgeSpec& edge);
    void buildPipeline(const OpenDocument& open);
    void buildParameters(const engine::NodeSpec& node, const engine::ComponentInfo* info);
    void buildColumns(const engine::PortRef& port);
    void buildRejected();
    void addTitle(const QString& title, const QString& kind, const QString& help);
    void addHeading(const QString& text);
    void addText(const QString& text);
    FiguresLabel* addRow(const QString& name, const QString& value);
    void addFigure(const QString& name, Figure figure);
    void addFields(const engine::ParamSchema& schema, const engine::Json& params);

    Session& m_session;
    engine::NodeId m_node;
    engine::EdgeSpec m_edge;
    QScrollArea* m_scroll;
    QWidget* m_body = nullptr;
    QVBoxLayout* m_column = nullptr;
    FiguresLabel* m_live = nullptr;
    std::vector<std::pair<FiguresLabel*, Figure>> m_figures;
    QLabel* m_rejected = nullptr;
};

}  // namespace ui
