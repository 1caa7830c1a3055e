// M3GNet on every instruction set: the gradient against differences of the energy, float against double, one target
// against another, refusals. Buffers have exactly the size that is needed, for the address sanitizer.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <list>
#include <new>
#include <random>
#include <tuple>
#include <vector>

#include "kernels/target.hpp"
#include "migrate.h"

namespace {

using Doubles = std::vector<double>;

// Two blocks of width 16 with random weights.
class Network {
  public:
    Network(bool original, bool smooth, std::int32_t layers) : random_(5) {
        const std::int64_t functions = smooth ? 3 : 9;
        add(functions, width, !original);
        for (int k = 0; k < 2; k++) {
            add(width, 9, true);
            gated({9, width}, false);
            for (int update = 0; update < 2; update++) {
                std::vector<std::int64_t> widths(static_cast<std::size_t>(layers) + 1, 32);
                widths.front() = 3 * width;
                widths.back() = width;
                gated(widths, true);
                add(functions, width, false);
            }
        }
        gated({width, 16, 1}, true);
        embedding_ = numbers(3 * width, 1);
        spec_ = {MIGRATE_F64,
                 2,
                 layers,
                 2,
                 smooth ? MIGRATE_RADIAL_SMOOTH : MIGRATE_RADIAL_SPHERICAL,
                 smooth ? MIGRATE_RADIAL_SMOOTH : MIGRATE_RADIAL_SPHERICAL,
                 original ? 1 : 0,
                 0,
                 width,
                 functions,
                 3,
                 embedding_.data(),
                 static_cast<std::int64_t>(layers_.size()),
                 layers_.data()};
    }

    migrate_m3gnet_spec spec(std::int32_t dtype) const {
        migrate_m3gnet_spec spec = spec_;
        spec.dtype = dtype;
        return spec;
    }

    static constexpr std::int64_t width = 16;

  private:
    Doubles numbers(std::int64_t n, double size) {
        std::normal_distribution<double> normal(0, size);
        Doubles out;
        for (std::int64_t i = 0; i < n; i++) out.push_back(normal(random_));
        return out;
    }

    void add(std::int64_t inputs, std::int64_t outputs, bool bias) {
        const Doubles& weights = stored_.emplace_back(numbers(inputs * outputs, 1 / std::sqrt(double(inputs))));
        const double* shift = bias ? stored_.emplace_back(numbers(outputs, 0.3)).data() : nullptr;
        layers_.push_back({inputs, outputs, weights.data(), shift});
    }

    void gated(const std::vector<std::int64_t>& widths, bool bias) {
        for (std::size_t l = 0; l + 1 < widths.size(); l++) {
            add(widths[l], widths[l + 1], bias);
            add(widths[l], widths[l + 1], bias);
        }
    }

    std::mt19937 random_;
    std::list<Doubles> stored_;
    std::vector<migrate_layer> layers_;
    Doubles embedding_;
    migrate_m3gnet_spec spec_{};
};

// A cluster of seven atoms and one far from all others.
struct Cluster {
    std::vector<std::int64_t> row, begin, end;
    Doubles vectors;
};

Cluster make_cluster() {
    std::mt19937 random(3);
    std::uniform_real_distribution<double> place(0, 4.2);
    std::vector<Doubles> at;
    for (int i = 0; i < 7; i++) at.push_back({place(random), place(random) + 1.7 * (i % 3), place(random)});
    at.push_back({50, 0, 0});
    Cluster c;
    c.begin.push_back(0);
    for (std::size_t i = 0; i < at.size(); i++) {
        c.row.push_back(static_cast<std::int64_t>(i % 3));
        for (std::size_t j = 0; j < at.size(); j++) {
            const Doubles v{at[j][0] - at[i][0], at[j][1] - at[i][1], at[j][2] - at[i][2]};
            const double r = std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
            if (i == j || r > 5 || r < 0.5) continue;
            c.end.push_back(static_cast<std::int64_t>(j));
            c.vectors.insert(c.vectors.end(), v.begin(), v.end());
        }
        c.begin.push_back(static_cast<std::int64_t>(c.end.size()));
    }
    return c;
}

struct Result {
    Doubles energy, gradient;
    double total() const {
        double sum = 0;
        for (const double e : energy) sum += e;
        return sum;
    }
};

migrate_m3gnet_run call_of(const Cluster& c, Result& result) {
    return {static_cast<std::int64_t>(c.row.size()),
            static_cast<std::int64_t>(c.end.size()),
            c.row.data(),
            c.begin.data(),
            c.end.data(),
            c.vectors.data(),
            result.energy.data(),
            result.gradient.empty() ? nullptr : result.gradient.data(),
            nullptr,
            0};
}

// A workspace of the size that is asked for, and not a byte more.
class Room {
  public:
    Room(const migrate_m3gnet* model, migrate_m3gnet_run& call) {
        EXPECT_EQ(migrate_m3gnet_workspace(model, call.n_atoms, call.n_bonds, call.gradient != nullptr,
                                           &call.workspace_bytes),
                  MIGRATE_OK)
            << migrate_last_error();
        memory_ = ::operator new (static_cast<std::size_t>(call.workspace_bytes), std::align_val_t{64});
        call.workspace = memory_;
    }
    ~Room() { ::operator delete (memory_, std::align_val_t{64}); }
    Room(const Room&) = delete;
    Room& operator=(const Room&) = delete;

  private:
    void* memory_ = nullptr;
};

class Model {
  public:
    explicit Model(const migrate_m3gnet_spec& spec) {
        EXPECT_EQ(migrate_m3gnet_build(&spec, &model_), MIGRATE_OK) << migrate_last_error();
    }
    ~Model() { migrate_m3gnet_free(model_); }
    Model(const Model&) = delete;
    Model& operator=(const Model&) = delete;

    Result evaluate(const Cluster& c, bool gradient = true) const {
        Result result{Doubles(c.row.size()), Doubles(gradient ? c.vectors.size() : 0)};
        migrate_m3gnet_run call = call_of(c, result);
        Room room(model_, call);
        EXPECT_EQ(migrate_m3gnet_evaluate(model_, &call), MIGRATE_OK) << migrate_last_error();
        return result;
    }

    migrate_m3gnet* get() const { return model_; }

  private:
    migrate_m3gnet* model_ = nullptr;
};

class M3GNet : public testing::TestWithParam<std::tuple<migrate::Target, bool, bool, std::int32_t>> {
  protected:
    void SetUp() override {
        if (std::get<0>(GetParam()) > migrate::cpu_features().target) GTEST_SKIP() << "not on this processor";
        migrate::limit_target(std::get<0>(GetParam()));
    }
    void TearDown() override { migrate::limit_target(migrate::Target::avx512); }
    static Network network() {
        return Network(std::get<1>(GetParam()), std::get<2>(GetParam()), std::get<3>(GetParam()));
    }
};

TEST_P(M3GNet, gradient_is_that_of_the_energy) {
    const Network network = M3GNet::network();
    const Model model(network.spec(MIGRATE_F64));
    Cluster c = make_cluster();
    const Result result = model.evaluate(c);
    EXPECT_EQ(result.energy, model.evaluate(c, false).energy);
    constexpr double step = 1e-4;
    // Every direction, on a fifth of the bonds: the sanitizers take their time.
    for (std::size_t i = 0; i < c.vectors.size(); i += 5) {
        const double at = c.vectors[i];
        Doubles energies;
        for (const double by : {-2.0, -1.0, 1.0, 2.0}) {
            c.vectors[i] = at + by * step;
            energies.push_back(model.evaluate(c, false).total());
        }
        c.vectors[i] = at;
        const double slope = (energies[0] - 8 * energies[1] + 8 * energies[2] - energies[3]) / (12 * step);
        EXPECT_NEAR(result.gradient[i], slope, 1e-8 * (1 + std::abs(slope))) << i;
    }
}

TEST_P(M3GNet, float_is_near_double_and_targets_agree) {
    const Network network = M3GNet::network();
    const Cluster c = make_cluster();
    const Result exact = Model(network.spec(MIGRATE_F64)).evaluate(c);
    const Result single = Model(network.spec(MIGRATE_F32)).evaluate(c);
    migrate::limit_target(migrate::Target::baseline);
    const Result plain = Model(network.spec(MIGRATE_F64)).evaluate(c);
    for (std::size_t i = 0; i < exact.energy.size(); i++) {
        EXPECT_NEAR(exact.energy[i], single.energy[i], 2e-5 * (1 + std::abs(exact.energy[i])));
        EXPECT_NEAR(exact.energy[i], plain.energy[i], 1e-12 * (1 + std::abs(exact.energy[i])));
    }
    for (std::size_t i = 0; i < exact.gradient.size(); i++) {
        EXPECT_NEAR(exact.gradient[i], single.gradient[i], 2e-4 * (1 + std::abs(exact.gradient[i])));
        EXPECT_NEAR(exact.gradient[i], plain.gradient[i], 1e-11 * (1 + std::abs(exact.gradient[i])));
    }
}

TEST_P(M3GNet, atoms_without_bonds_and_no_atoms) {
    const Network network = M3GNet::network();
    const Model model(network.spec(MIGRATE_F64));
    Cluster alone;
    alone.row = {1};
    alone.begin = {0, 0};
    const Result lonely = model.evaluate(alone);
    EXPECT_TRUE(std::isfinite(lonely.energy[0]));
    // The last atom of the cluster has no bond either.
    const Result all = model.evaluate(make_cluster());
    EXPECT_EQ(lonely.energy[0], all.energy.back());
    Cluster none;
    none.begin = {0};
    EXPECT_TRUE(model.evaluate(none).energy.empty());
}

INSTANTIATE_TEST_SUITE_P(every_target, M3GNet,
                         testing::Combine(testing::Values(migrate::Target::baseline, migrate::Target::avx2,
                                                          migrate::Target::avx512),
                                          testing::Bool(), testing::Bool(), testing::Values(1, 2, 3)));

template <class Change>
std::string refusal(const Change& change) {
    const Network network(true, true, 2);
    migrate_m3gnet_spec spec = network.spec(MIGRATE_F64);
    std::vector<migrate_layer> layers(spec.layers, spec.layers + spec.n_layers);
    spec.layers = layers.data();
    change(spec, layers);
    migrate_m3gnet* model = nullptr;
    EXPECT_EQ(migrate_m3gnet_build(&spec, &model), MIGRATE_INVALID_ARGUMENT);
    EXPECT_EQ(model, nullptr);
    return migrate_last_error();
}

using Layers = std::vector<migrate_layer>;

TEST(M3GNetBoundary, networks_that_do_not_fit_are_refused) {
    EXPECT_NE(refusal([](auto& s, Layers&) { s.n_layers--; }).find("fewer layers"), std::string::npos);
    EXPECT_NE(refusal([](auto& s, Layers& l) {
                  l.push_back(l.back());
                  s.layers = l.data();
                  s.n_layers++;
              }).find("more layers"),
              std::string::npos);
    EXPECT_NE(refusal([](auto&, Layers& l) { l[4].outputs = 31; }).find("has not the shape"), std::string::npos);
    EXPECT_NE(refusal([](auto&, Layers& l) { l[4].outputs = 5000; }).find("1024"), std::string::npos);
    EXPECT_NE(refusal([](auto&, Layers& l) { l[0].weights = nullptr; }).find("null"), std::string::npos);
    EXPECT_NE(refusal([](auto& s, Layers&) { s.width = 24; }).find("multiple of 16"), std::string::npos);
    EXPECT_NE(refusal([](auto& s, Layers&) { s.dtype = 7; }).find("float or double"), std::string::npos);
    EXPECT_NE(refusal([](auto& s, Layers&) { s.bond_basis = 2; }).find("basis"), std::string::npos);
    EXPECT_NE(refusal([](auto& s, Layers&) { s.bond_functions = 10; }).find("bond_functions"), std::string::npos);
    EXPECT_NE(refusal([](auto& s, Layers&) { s.n_blocks = 0; }).find("n_blocks"), std::string::npos);
    EXPECT_NE(refusal([](auto& s, Layers&) { s.embedding = nullptr; }).find("embedding"), std::string::npos);
    EXPECT_EQ(migrate_m3gnet_build(nullptr, nullptr), MIGRATE_INVALID_ARGUMENT);
    migrate_m3gnet_free(nullptr);
}

TEST(M3GNetBoundary, graphs_that_do_not_hold_together_are_refused) {
    const Network network(true, true, 2);
    const Model model(network.spec(MIGRATE_F64));
    const auto told = [&](auto change) {
        Cluster c = make_cluster();
        change(c);
        Result result{Doubles(c.row.size()), Doubles(c.vectors.size())};
        migrate_m3gnet_run call = call_of(c, result);
        Room room(model.get(), call);
        EXPECT_EQ(migrate_m3gnet_evaluate(model.get(), &call), MIGRATE_INVALID_ARGUMENT);
        return std::string(migrate_last_error());
    };
    EXPECT_NE(told([](Cluster& c) { c.row[2] = 3; }).find("embedding"), std::string::npos);
    EXPECT_NE(told([](Cluster& c) { c.end[1] = 8; }).find("no atom"), std::string::npos);
    EXPECT_NE(told([](Cluster& c) { c.begin[1] = c.begin[2] + 1; }).find("ascend"), std::string::npos);
    EXPECT_NE(told([](Cluster& c) { c.begin.back()--; }).find("ascend"), std::string::npos);
    EXPECT_NE(told([](Cluster& c) { c.vectors[3] = NAN; }).find("not a number"), std::string::npos);
    EXPECT_NE(told([](Cluster& c) { c.vectors[0] = c.vectors[1] = c.vectors[2] = 0; }).find("0.01"), std::string::npos);
    EXPECT_EQ(migrate_m3gnet_evaluate(nullptr, nullptr), MIGRATE_INVALID_ARGUMENT);
    // Packed for one instruction set, run on another.
    Result result{Doubles(8), {}};
    const Cluster c = make_cluster();
    migrate_m3gnet_run call = call_of(c, result);
    Room room(model.get(), call);
    call.workspace_bytes--;
    EXPECT_EQ(migrate_m3gnet_evaluate(model.get(), &call), MIGRATE_INVALID_ARGUMENT);
    EXPECT_NE(std::string(migrate_last_error()).find("workspace"), std::string::npos);
    call.workspace_bytes++;
    if (migrate::active_target() != migrate::Target::baseline) {
        migrate::limit_target(migrate::Target::baseline);
        EXPECT_EQ(migrate_m3gnet_evaluate(model.get(), &call), MIGRATE_INVALID_ARGUMENT);
        migrate::limit_target(migrate::Target::avx512);
    }
}

}  // namespace
