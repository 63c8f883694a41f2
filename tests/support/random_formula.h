#pragma once

#include "base/env.h"
#include "data/schema.h"

#include <string>
#include <vector>

namespace engine {

// Draws formulas over the columns of a schema, of what the reference evaluator knows. Integer formulas may
// have no value for a row.
class RandomFormula {
public:
    RandomFormula(Random& random, const std::vector<Field>& fields) : m_random(random), m_fields(fields) { }
    std::string condition(int depth);
    std::string integer(int depth);
    std::string number(int depth);
    std::string text(int depth);
    std::string time(int depth);

private:
    std::string column(DataType type, const char* otherwise);
    std::string timeUnit();
    std::string pick(std::initializer_list<std::string> choices);
    Random& m_random;
    const std::vector<Field>& m_fields;
};

}  // namespace engine
