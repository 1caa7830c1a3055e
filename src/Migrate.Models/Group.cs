using static TorchSharp.torch;

namespace Migrate.Models;

/// <summary>A named list of modules: it only gives its children their place in the parameter names.</summary>
internal sealed class Group : nn.Module
{
    public Group()
        : base(nameof(Group))
    {
    }

    public T Add<T>(string name, T module)
        where T : nn.Module
    {
        register_module(name, module);
        return module;
    }
}
