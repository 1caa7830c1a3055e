using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>
/// Base of the network's parts. Children and tensors are registered by name, explicitly: registration by reflection over fields
/// finds nothing in a trimmed program, and training would then silently change nothing. Everything is created on its final dtype
/// and device, so modules are never moved.
/// </summary>
public abstract class NetworkPart : nn.Module
{
    private protected NetworkPart(string name)
        : base(name)
    {
    }

    private protected T Child<T>(string name, T module)
        where T : nn.Module
    {
        register_module(name, module);
        return module;
    }

    private protected Linear Linear(string name, long inputs, long outputs, ScalarType dtype, Device device) =>
        Child(name, nn.Linear(inputs, outputs, hasBias: true, device: device, dtype: dtype));

    private protected Parameter NewParameter(string name, Tensor initial)
    {
        var parameter = new Parameter(initial);
        register_parameter(name, parameter);
        return parameter;
    }

    private protected Tensor NewBuffer(string name, Tensor initial)
    {
        initial.requires_grad = false;
        var kept = initial.DetachFromDisposeScope();
        register_buffer(name, kept);
        return kept;
    }
}
