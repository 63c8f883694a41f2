#pragma once

#include "spec/json.h"

#include <memory>
#include <string>

namespace engine {

// A JSON value that its copies share, so that a document with much of it is cheap to copy and to compare.
// Never changed in place: what changes it gives this copy a value of its own. A value like any other, so each
// copy may be on another thread.
class SharedJson {
public:
    SharedJson();  // an empty object
    SharedJson(Json value) : m_value(std::make_shared<const Json>(std::move(value))) {}

    operator const Json&() const { return *m_value; }
    const Json& operator*() const { return *m_value; }
    const Json* operator->() const { return m_value.get(); }

    // Still shared where that changes nothing.
    template <class Change>
    void change(Change change)
    {
        Json own = *m_value;
        change(own);
        if (own != *m_value) m_value = std::make_shared<const Json>(std::move(own));
    }
    void set(const std::string& member, Json value);  // of an object
    void erase(const std::string& member);

    bool isSharedWith(const SharedJson& other) const { return m_value == other.m_value; }
    bool operator==(const SharedJson& other) const
    {
        return isSharedWith(other) || *m_value == *other.m_value;
    }

private:
    std::shared_ptr<const Json> m_value;
};

}  // namespace engine
