using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace Migrate.Potentials.Tests;

/// <summary>
/// Writes a TorchScript module with two buffers as torch.jit.save would: a zip archive with code, a pickle of the object, and the bytes of
/// its tensors. Nothing here can save one, and Python is not at hand.
/// </summary>
internal sealed class ScriptArchive : IDisposable
{
    private const byte Proto = 0x80, Global = (byte)'c', EmptyTuple = (byte)')', NewObject = 0x81, EmptyDict = (byte)'}', Mark = (byte)'(', Tuple = (byte)'t',
        SetItems = (byte)'u', Build = (byte)'b', Stop = (byte)'.', Text = (byte)'X', Number = (byte)'J', PersistentId = (byte)'Q', Reduce = (byte)'R',
        False = 0x89;

    private readonly MemoryStream _pickle = new();
    private readonly List<byte[]> _storages = [];

    public static void Write<T>(string file, string forward, T cutoff, long[] elements, string storage)
        where T : unmanaged
    {
        using var archive = new ScriptArchive();
        archive.Object(cutoff, elements, storage);
        var code = "class Potential(Module):\n  __parameters__ = []\n  __buffers__ = [\"cutoff\", \"elements\", ]\n  training : bool\n  cutoff : Tensor\n  elements : Tensor\n"
            + "  def forward(self: __torch__.Potential,\n    atomic_numbers: Tensor,\n    vectors: Tensor,\n    edge_index: Tensor,\n    batch: Tensor) -> Tensor:\n"
            + string.Concat(forward.Split('\n').Select(line => $"    {line.Trim()}\n"));
        using var zip = new ZipArchive(File.Create(file), ZipArchiveMode.Create);
        void Add(string name, byte[] bytes)
        {
            using var entry = zip.CreateEntry("potential/" + name, CompressionLevel.NoCompression).Open();
            entry.Write(bytes);
        }

        Add("data.pkl", archive._pickle.ToArray());
        Add("code/__torch__.py", Encoding.UTF8.GetBytes(code));
        for (var k = 0; k < archive._storages.Count; k++)
        {
            Add($"data/{k}", archive._storages[k]);
        }

        Add("constants.pkl", [Proto, 2, EmptyTuple, Stop]);
        Add("version", "3\n"u8.ToArray());
    }

    public void Dispose() => _pickle.Dispose();

    private void Object<T>(T cutoff, long[] elements, string storage)
        where T : unmanaged
    {
        Op(Proto, 2);
        Name("__torch__", "Potential");
        Op(EmptyTuple, NewObject, EmptyDict, Mark);
        String("training");
        Op(False);
        String("cutoff");
        Tensor(storage, MemoryMarshal.AsBytes<T>([cutoff]).ToArray(), 1, []);
        String("elements");
        Tensor("LongStorage", MemoryMarshal.AsBytes<long>(elements).ToArray(), elements.Length, [elements.Length]);
        Op(SetItems, Build, Stop);
    }

    private void Tensor(string storage, byte[] bytes, int count, int[] shape)
    {
        Name("torch._utils", "_rebuild_tensor_v2");
        Op(Mark, Mark);
        String("storage");
        Name("torch", storage);
        String($"{_storages.Count}");
        _storages.Add(bytes);
        String("cpu");
        Int(count);
        Op(Tuple, PersistentId);
        Int(0);
        Op(Mark);
        Array.ForEach(shape, Int);
        Op(Tuple, Mark);
        Array.ForEach(shape, _ => Int(1));
        Op(Tuple, False);
        Name("collections", "OrderedDict");
        Op(EmptyTuple, Reduce, Tuple, Reduce);
    }

    private void Op(params byte[] bytes) => _pickle.Write(bytes);

    private void Name(string module, string name)
    {
        Op(Global);
        _pickle.Write(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));
    }

    private void String(string text)
    {
        Op(Text);
        _pickle.Write(BitConverter.GetBytes(text.Length));
        _pickle.Write(Encoding.UTF8.GetBytes(text));
    }

    private void Int(int value)
    {
        Op(Number);
        _pickle.Write(BitConverter.GetBytes(value));
    }
}
