#include <cstddef>

#include "errors.hpp"
#include "potentials/m3gnet.hpp"

namespace migrate {
namespace {

constexpr std::int64_t widest = 1024;

// Inputs first .. first + count of a layer, as [outputs, count].
std::vector<double> transposed(const migrate_layer& layer, std::int64_t first, std::int64_t count) {
    std::vector<double> out(static_cast<std::size_t>(layer.outputs * count));
    for (std::int64_t j = 0; j < layer.outputs; j++) {
        for (std::int64_t l = 0; l < count; l++) {
            out[static_cast<std::size_t>(j * count + l)] = layer.weights[(first + l) * layer.outputs + j];
        }
    }
    return out;
}

template <class T>
Factor<T> packed(const TileShape& shape, const double* weights, std::int64_t n, std::int64_t k) {
    Factor<T> factor{n, k, AlignedArray<T>(packed_bytes(shape, n, k) / static_cast<std::int64_t>(sizeof(T)))};
    pack_weights(shape, weights, n, k, factor.panels.data());
    return factor;
}

template <class T>
std::vector<T> bias_of(const migrate_layer& layer) {
    std::vector<T> bias(static_cast<std::size_t>(layer.outputs), T{0});
    for (std::int64_t j = 0; layer.bias != nullptr && j < layer.outputs; j++) {
        bias[static_cast<std::size_t>(j)] = static_cast<T>(layer.bias[j]);
    }
    return bias;
}

void check(const migrate_layer& layer, std::int64_t inputs, std::int64_t outputs) {
    require(layer.weights != nullptr, "weights of a layer are null");
    // 0 outputs: any number.
    require(layer.inputs == inputs && (layer.outputs == outputs || (outputs == 0 && layer.outputs >= 1)),
            "a layer has not the shape that its place asks for");
    require(layer.outputs <= widest, "a layer has more than 1024 outputs");
}

// Takes layers in their order.
template <class T>
class Builder {
  public:
    explicit Builder(const migrate_m3gnet_spec& spec) : spec_(spec), shape_(tile_shape(arithmetic())) {}

    const TileShape& shape() const { return shape_; }

    Linear<T> linear(std::int64_t inputs, std::int64_t outputs) {
        const migrate_layer& layer = next();
        check(layer, inputs, outputs);
        return {packed<T>(shape_, transposed(layer, 0, inputs).data(), layer.outputs, inputs),
                packed<T>(shape_, layer.weights, inputs, layer.outputs), bias_of<T>(layer)};
    }

    GatedStack<T> gated(std::int64_t parts, std::int64_t part, std::int64_t layers, std::int64_t outputs) {
        GatedStack<T> stack;
        const migrate_layer &value = next(), &gate = next();
        check(value, parts * part, layers == 1 ? outputs : 0);
        check(gate, parts * part, value.outputs);
        const std::int64_t width = value.outputs;
        stack.widths.push_back(width);
        for (std::int64_t p = 0; p < parts; p++) {
            std::vector<double> both = transposed(value, p * part, part);
            const std::vector<double> of_gate = transposed(gate, p * part, part);
            both.insert(both.end(), of_gate.begin(), of_gate.end());
            stack.first.push_back(packed<T>(shape_, both.data(), 2 * width, part));
            stack.first_back.push_back({packed<T>(shape_, value.weights + p * part * width, part, width),
                                        packed<T>(shape_, gate.weights + p * part * width, part, width)});
        }
        stack.first_bias = bias_of<T>(value);
        const std::vector<T> gate_bias = bias_of<T>(gate);
        stack.first_bias.insert(stack.first_bias.end(), gate_bias.begin(), gate_bias.end());
        for (std::int64_t l = 1; l < layers; l++) {
            const std::int64_t asked = l + 1 == layers ? outputs : 0, before = stack.widths.back();
            std::array<Linear<T>, 2> pair;
            pair[0] = linear(before, asked);
            pair[1] = linear(before, pair[0].forward.n);
            stack.widths.push_back(pair[0].forward.n);
            stack.rest.push_back(std::move(pair));
        }
        return stack;
    }

    void finish() const { require(position_ == spec_.n_layers, "there are more layers than the network has"); }

  private:
    static constexpr Arithmetic arithmetic() { return sizeof(T) == 8 ? Arithmetic::f64 : Arithmetic::f32; }

    const migrate_layer& next() {
        require(position_ < spec_.n_layers, "there are fewer layers than the network has");
        return spec_.layers[position_++];
    }

    const migrate_m3gnet_spec& spec_;
    TileShape shape_;
    std::int64_t position_ = 0;
};

}  // namespace

template <class T>
M3GNetModel<T> build_m3gnet(const migrate_m3gnet_spec& spec) {
    Builder<T> builder(spec);
    M3GNetModel<T> model;
    model.shape = builder.shape();
    model.width = spec.width;
    model.bond_functions = spec.bond_functions;
    model.bond_basis = static_cast<RadialFunctions>(spec.bond_basis);
    model.three_body_basis = static_cast<RadialFunctions>(spec.three_body_basis);
    model.sums_at_centre = spec.sums_at_centre != 0;
    model.embedding.resize(static_cast<std::size_t>(spec.n_rows * spec.width));
    for (std::size_t i = 0; i < model.embedding.size(); i++) model.embedding[i] = static_cast<T>(spec.embedding[i]);
    const std::int64_t width = spec.width, functions = spec.bond_functions;
    model.bond_embedding = builder.linear(functions, width);
    for (std::int32_t k = 0; k < spec.n_blocks; k++) {
        M3GNetBlock<T> block;
        block.atom_gate = builder.linear(width, angular);
        block.three_body = builder.gated(1, angular, 1, width);
        block.bond = builder.gated(3, width, spec.update_layers, width);
        block.bond_weight = builder.linear(functions, width);
        block.atom = builder.gated(3, width, spec.update_layers, width);
        block.atom_weight = builder.linear(functions, width);
        model.blocks.push_back(std::move(block));
    }
    model.readout = builder.gated(1, width, spec.readout_layers, 1);
    builder.finish();
    return model;
}

template M3GNetModel<float> build_m3gnet(const migrate_m3gnet_spec& spec);
template M3GNetModel<double> build_m3gnet(const migrate_m3gnet_spec& spec);

}  // namespace migrate
