#include "operators/window/other_windows.h"

namespace engine {
namespace {

class NoRows final : public FrozenTable {
public:
    explicit NoRows(TableSchema schema) : m_schema(std::move(schema)) { }
    const TableSchema& schema() const override { return m_schema; }
    std::size_t rows() const override { return 0; }
    void visit(const std::function<void(const StateRow&)>&) const override { }

private:
    TableSchema m_schema;
};

class OtherWindows final : public StateTable {
public:
    explicit OtherWindows(const std::string& name) { m_schema.name = name; }
    const TableSchema& schema() const override { return m_schema; }
    std::size_t rows() const override { return 0; }
    std::size_t bytes() const override { return 0; }
    std::shared_ptr<const FrozenTable> freeze() override { return std::make_shared<NoRows>(m_schema); }
    Status restore(const TableSchema&, const StateRow&) override
    {
        return Error{ErrorCode::InvalidSpec,
                     "The saved windows are of another kind, or only they or only these give early results "
                     "or results again; start with --fresh, or go back to the former parameters.",
                     {}};
    }

private:
    TableSchema m_schema;
};

}  // namespace

void refuseOtherWindows(StateStore& store, std::string_view own)
{
    for (const char* name : {"windows", "updated_windows", "sessions", "counted"})
        if (name != own) store.table<OtherWindows>(name, name);
}

}  // namespace engine
