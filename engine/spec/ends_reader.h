#pragma once

#include "spec/document_reader.h"

#include <map>
#include <optional>

namespace engine {

// Reads what names a node's port: edges, and the ports of groups and subpipelines. Lives as long as the
// reader of the document it belongs to.
class EndsReader {
public:
    using Ends = std::map<std::string, const GroupSpec*>;  // what an edge may lead to; null: a node
    explicit EndsReader(Parsed& parsed) : m_parsed(parsed) { }
    static Ends endsOf(const std::vector<NodeSpec>& nodes, const std::vector<GroupSpec>& groups);
    // Nodes that cannot be read, or have no id: what names something unknown may mean one of those.
    void noteLostNodes() { m_hasLostNodes = true; }
    void readEdges(Members& parent, std::vector<EdgeSpec>& edges, const std::vector<NodeSpec>& nodes,
                   const std::vector<GroupSpec>& groups);
    void readPorts(Members& members, std::string_view name, PromotedPorts& ports,
                   const std::vector<NodeSpec>& nodes);
    void check(const PortRef& port, const std::string& path, const Ends& ends);

private:
    std::optional<PortRef> readPort(const Json& json, const std::string& path, const char* example);

    Parsed& m_parsed;
    bool m_hasLostNodes = false;
};

}  // namespace engine
