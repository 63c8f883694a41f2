#pragma once

#include "ui/session.h"

#include <map>
#include <set>

namespace ui {

// How the job that runs has a node of the document. Other parameters are told at their fields.
enum class NodeInRun { Alike, Absent, StillThere, Otherwise };

// The nodes that it has not alike; none where no job runs.
std::map<engine::NodeId, NodeInRun> nodesOtherInRun(const OpenDocument& open);
QString nodeInRunText(NodeInRun node);  // "not in this run"; empty for Alike

// The edges that it has not; none where no job runs. Those of a disabled node lead nowhere anyway.
std::set<engine::EdgeSpec> edgesNotInRun(const OpenDocument& open);

// A job runs, and its nodes, edges or definitions are not those of the document.
bool isGraphOther(const OpenDocument& open);
// Also true where no job runs, of which there is nothing to say.
bool isInRun(const OpenDocument& open, const engine::NodeId& node);
bool isInRun(const OpenDocument& open, const engine::EdgeSpec& edge);

}  // namespace ui
