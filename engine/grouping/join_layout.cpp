#include "grouping/join_layout.h"

#include <algorithm>

namespace engine {
namespace {

constexpr std::array<const char*, 2> kJoinSideNames{"left", "right"};
constexpr std::array<const char*, 2> kJoinKeysNames{"left_keys", "right_keys"};

JoinKind joinKindOf(const std::string& name)
{
    if (name == "left") return JoinKind::Left;
    if (name == "right") return JoinKind::Right;
    if (name == "full") return JoinKind::Full;
    if (name == "semi") return JoinKind::Semi;
    return name == "anti" ? JoinKind::Anti : JoinKind::Inner;
}

std::string joinKeyText(const Field& field)
{
    return "\"" + field.name + "\" is " + std::string(dataTypeName(field.type));
}

std::string joinKeyCount(std::size_t count, const char* side)
{
    return std::to_string(count) + " " + side + (count == 1 ? " key" : " keys");
}

// The keys of both sides, one for one.
void readJoinKeys(const JoinParams& params, const BindContext& context, JoinLayout& layout)
{
    const std::array<const std::vector<ColumnRef>*, 2> named{&params.leftKeys, &params.rightKeys};
    std::array<std::vector<std::optional<std::size_t>>, 2> found;
    for (const std::size_t side : {kLeft, kRight})
        for (const ColumnRef& key : *named[side]) {
            found[side].push_back(context.column(kJoinKeysNames[side], key.name, *layout.inputs[side]));
            if (found[side].back()) layout.keys[side].push_back(*found[side].back());
        }
    if (context.isWrong("left_keys") || context.isWrong("right_keys")) return;
    if (found[kLeft].size() != found[kRight].size())
        context.problem("right_keys",
                        "There are " + joinKeyCount(found[kLeft].size(), "left") + " and " +
                            joinKeyCount(found[kRight].size(), "right") +
                            "; each left key is compared with the right key at the same place.");
    for (std::size_t i = 0; i < std::min(found[kLeft].size(), found[kRight].size()); ++i) {
        if (!found[kLeft][i] || !found[kRight][i]) continue;
        const Field& left = layout.inputs[kLeft]->field(*found[kLeft][i]);
        const Field& right = layout.inputs[kRight]->field(*found[kRight][i]);
        if (left.type != right.type)
            context.problem("right_keys",
                            "Key " + std::to_string(i + 1) + " has two types: on the left " +
                                joinKeyText(left) + ", on the right " + joinKeyText(right) +
                                "; make them one type with a compute node.");
    }
}

}  // namespace

std::vector<Field> JoinLayout::keyFields() const
{
    std::vector<Field> fields;
    for (const std::size_t column : keys[kLeft]) fields.push_back(inputs[kLeft]->field(column));
    return fields;
}

ParamHints joinKindHints(std::vector<std::string> kinds)
{
    const auto has = [&](const char* kind) {
        return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
    };
    std::string help = "inner: pairs alone. left: a left row without a partner is given too, with NULLs.";
    if (has("full")) help += " right and full: likewise for the right side, or for both.";
    if (has("semi")) help += " semi: left rows that have a partner, once each. anti: those that have none.";
    return {.title = "Kind", .help = std::move(help), .choices = std::move(kinds)};
}

ParamHints joinKeysHints(std::size_t side, bool isRequired)
{
    const bool isLeft = side == kLeft;
    return {.title = isLeft ? "Left keys" : "Right keys",
            .help = isLeft
                ? std::string("The columns of the left input that must be equal to the right keys. "
                              "NULL is equal to nothing.") +
                    (isRequired ? "" : " None: all rows of a window are one group.")
                : "The columns of the right input, as many as there are left keys and in their order.",
            .required = isRequired,
            .columnsOf = kJoinSideNames[side]};
}

void readJoin(const JoinParams& params, const BindContext& context, JoinLayout& layout)
{
    CHECK(context.inputs.size() == 2);
    layout.kind = joinKindOf(params.kind);
    layout.inputs = {context.inputs[kLeft], context.inputs[kRight]};
    for (const std::size_t side : {kLeft, kRight}) {
        const Schema& input = *layout.inputs[side];
        if (!input.hasEventTime() && !input.open().any)
            context.problem(
                "",
                std::string("A join needs rows with an event time on both sides, and those of the ") +
                    kJoinSideNames[side] + " side have none; set \"time_column\" at their source.");
    }
    readJoinKeys(params, context, layout);
}

void readJoinOutput(const BindContext& context, const std::vector<std::string>& without, JoinLayout& layout)
{
    std::vector<Field> fields, both;
    OpenColumns open;
    const auto isTaken = [](const std::vector<Field>& in, const std::string& name) {
        return std::any_of(in.begin(), in.end(), [&](const Field& other) { return other.name == name; });
    };
    const auto add = [&](Field field, std::vector<Field>& into) {
        if (isTaken(into, field.name)) field.name += "_right";
        const bool isDouble = isTaken(into, field.name);
        into.push_back(std::move(field));
        return !isDouble;
    };
    const bool takesRight = layout.kind != JoinKind::Semi && layout.kind != JoinKind::Anti;
    for (const std::size_t side : {kLeft, kRight}) {
        const Schema& input = *layout.inputs[side];
        for (std::size_t i = 0; i < input.size(); ++i) {
            const std::string& name = input.field(i).name;
            const bool isLeftOut = std::find(without.begin(), without.end(), name) != without.end();
            if (!isLeftOut || name != "window_end") {
                layout.lateColumns[side].push_back(i);
                (void)add(input.field(i), both);
            }
            if (isLeftOut || (side == kRight && !takesRight)) continue;
            layout.columns[side].push_back(i);
            if (!add(input.field(i), fields))
                context.problem("",
                                "Two columns of the output would be named \"" + fields.back().name +
                                    "\"; rename one of them with a select node before the join.");
        }
        if (side == kRight && !takesRight) continue;
        open.any = open.any || input.open().any;
        for (const std::string& name : input.open().names) open.names.push_back(name);
    }
    for (const char* name : {"window_start", "window_end"}) {
        if (!layout.hasWindow) continue;
        if (isTaken(fields, name))
            context.problem(
                "window",
                std::string("The output would have two columns named \"") + name +
                    "\"; rename the one that comes in with a select node, or leave out the window "
                    "where both sides have window_start and window_end.");
        fields.push_back({name, DataType::Time});
    }
    const Schema output(std::move(fields), true);
    layout.output =
        std::make_shared<const Schema>(open.any || !open.names.empty() ? output.withOpen(open) : output);
    layout.lateRows = std::make_shared<const Schema>(std::move(both), true);
    context.output("out", layout.output);
}

Binding joinBinding(const JoinLayout& layout, std::array<std::vector<std::size_t>, 2> uses)
{
    std::array<ColumnUse, 2> use;
    std::size_t place = 0;
    for (const std::size_t side : {kLeft, kRight}) {
        use[side].uses = std::move(uses[side]);
        use[side].uses.insert(use[side].uses.end(), layout.keys[side].begin(), layout.keys[side].end());
        use[side].passes.resize(layout.output->size());
        for (const std::size_t column : layout.columns[side]) use[side].passes[place++] = column;
    }
    Binding binding;
    binding.outputs = {{"out", layout.output}};
    binding.needs.kind = layout.keys[kLeft].empty() ? Distribution::Single : Distribution::ByKey;
    binding.needs.keyColumns = layout.keys[kLeft];
    binding.needs.furtherKeyColumns = {layout.keys[kRight]};
    binding.columns = std::move(use[kLeft]);
    binding.furtherColumns = {std::move(use[kRight])};
    binding.meetsInTime = true;
    binding.lateColumns = layout.lateRows;
    for (const std::size_t side : {kLeft, kRight}) {
        for (const std::size_t column : layout.keys[side])
            binding.stateFingerprint += std::to_string(column) + ",";
        for (const Field& field : layout.inputs[side]->fields())
            binding.stateFingerprint += field.name + ":" + std::string(dataTypeName(field.type)) + ",";
        binding.stateFingerprint += "/" + std::to_string(static_cast<int>(layout.kind));
    }
    return binding;
}

std::string joinSummary(const JoinParams& params)
{
    std::string text = params.kind;
    for (std::size_t i = 0; i < std::min(params.leftKeys.size(), params.rightKeys.size()); ++i) {
        const std::string &left = params.leftKeys[i].name, &right = params.rightKeys[i].name;
        text += (i == 0 ? " by " : ", ") + left + (left == right ? "" : " = " + right);
    }
    return text;
}

}  // namespace engine
