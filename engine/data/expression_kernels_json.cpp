#include "base/limits.h"
#include "data/expression_kernels.h"
#include "data/json_path.h"

#include <simdjson.h>

namespace engine {

namespace {

// Finds the value of each row: simdjson says whether the text is valid, the path then walks over its bytes,
// so that numbers stay as they are written.
class JsonRows {
public:
    explicit JsonRows(const Call& call) : m_call(call), m_ready(static_cast<const JsonPath*>(call.state)) { }

    // Gives false when the row's path is none.
    bool find(std::uint32_t row, std::optional<std::string_view>& found)
    {
        found.reset();
        const JsonPath* path = m_ready;
        std::optional<JsonPath> own;
        if (!path) {
            own = JsonPath::compile(m_call[1].text(row));
            if (!own) return false;
            path = &*own;
        }
        const std::string_view text = m_call[0].text(row);
        if (text.empty()) return true;
        // The texts of a column lie in a Buffer, which has the padding that the parser reads into.
        simdjson::dom::element root;
        if (m_parser.parse(text.data(), text.size(), false).get(root) != simdjson::SUCCESS) return true;
        found = path->find(text);
        return true;
    }

private:
    const Call& m_call;
    const JsonPath* m_ready;
    simdjson::dom::parser m_parser{limits::kRecordBytes};
};

template <class F>
void eachFound(Call& call, F f)
{
    JsonRows rows(call);
    std::optional<std::string_view> found;
    call.eachValid([&](std::uint32_t row) {
        if (rows.find(row, found))
            f(row, found);
        else
            call.out.fault(row, "bad JSON path");
    });
}

void valueKernel(Call& call)
{
    std::string made;
    eachFound(call, [&](std::uint32_t row, std::optional<std::string_view> found) {
        const char first = found ? found->front() : 'n';
        if (first == 'n' || first == '{' || first == '[') return call.out.setNull(row);
        if (first != '"') return call.out.setText(row, *found);
        made.clear();
        appendJsonText(made, *found);
        call.out.setText(row, made);
    });
}

void queryKernel(Call& call)
{
    eachFound(call, [&](std::uint32_t row, std::optional<std::string_view> found) {
        if (!found || (found->front() != '{' && found->front() != '[')) return call.out.setNull(row);
        char* const out = call.out.reserveText(row, found->size());
        std::size_t bytes = 0;
        if (!out) return;
        if (simdjson::minify(found->data(), found->size(), out, bytes) == simdjson::SUCCESS)
            call.out.commitText(row, bytes);
        else
            call.out.setNull(row);
    });
}

void existsKernel(Call& call)
{
    eachFound(call, [&](std::uint32_t row, std::optional<std::string_view> found) {
        call.out.setFlag(row, found && found->front() != 'n');
    });
}

}  // namespace

NodePtr bindJson(ExpressionBinder& binder, const ExpressionTree& tree)
{
    if (!argumentCount(binder, tree, 2, 2)) return nullptr;
    NodePtr text = argument(binder, tree, 0, DataType::String);
    NodePtr path = text ? argument(binder, tree, 1, DataType::String) : nullptr;
    if (!path) return nullptr;
    KernelTraits traits{true, true, {}};
    if (const Scalar* literal = path->literal(); literal && !literal->isNull()) {
        auto steps = JsonPath::compile(std::get<std::string>(literal->value));
        if (!steps)
            return binder.fail("This is no JSON path; expected names and indexes such as '$.a.b[0]'.",
                               tree.children[1]);
        traits.state = std::make_shared<const JsonPath>(std::move(*steps));
    }
    const bool exists = tree.name == "JSON_EXISTS";
    const Kernel kernel = exists ? existsKernel : tree.name == "JSON_QUERY" ? queryKernel : valueKernel;
    traits.canFault = !exists || !traits.state;
    return callNode(exists ? DataType::Bool : DataType::String, kernel, {std::move(text), std::move(path)},
                    std::move(traits));
}

}  // namespace engine
