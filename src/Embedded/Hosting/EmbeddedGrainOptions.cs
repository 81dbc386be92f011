using System.Reflection;

namespace Commission.Embedded.Hosting;

/// <summary>Which grains, stores and streams the process has, and their limits.</summary>
public sealed class EmbeddedGrainOptions
{
    private readonly HashSet<Type> _grainClasses = [];
    private readonly Dictionary<string, Func<IServiceProvider, IGrainStorage>> _storages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _streams = new(StringComparer.Ordinal);

    /// <summary>An activation without use for this long is deactivated. Default 15 minutes.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How often idle activations are looked for, which is also the inaccuracy of the age. Default 1 minute.
    /// </summary>
    public TimeSpan CollectionInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many unfinished requests a grain may have before it refuses more. Default 10,000.</summary>
    public int MailboxLimit { get; set; } = 10_000;

    /// <summary>
    /// How long a grain that is to go waits for its running requests to end. Default 30 seconds, as in Orleans.
    /// </summary>
    public TimeSpan DeactivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a stop may take before calls that still wait are failed. Default 25 seconds.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(25);

    internal IReadOnlyCollection<Type> GrainClasses => _grainClasses;

    internal IReadOnlyDictionary<string, Func<IServiceProvider, IGrainStorage>> Storages => _storages;

    internal IReadOnlyDictionary<string, int> Streams => _streams;

    /// <summary>Adds a grain class, for this and every other grain interface that it implements.</summary>
    public EmbeddedGrainOptions AddGrain<TInterface, TGrain>()
        where TInterface : IGrainWithStringKey
        where TGrain : Grain, TInterface
    {
        _grainClasses.Add(typeof(TGrain));
        return this;
    }

    /// <summary>Adds every concrete class of the assembly that derives from <see cref="Grain"/>.</summary>
    public EmbeddedGrainOptions AddGrainsFrom(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        var grains = assembly.GetTypes().Where(type =>
            type is { IsAbstract: false, IsGenericTypeDefinition: false } && type.IsSubclassOf(typeof(Grain)));
        _grainClasses.UnionWith(grains);
        return this;
    }

    /// <summary>Adds a stream provider.</summary>
    /// <param name="name">For <see cref="StreamingExtensions.GetStreamProvider(IGrainBase, string)"/>.</param>
    /// <param name="queueLimit">
    /// How many items wait for a slow subscriber before the oldest is dropped; at least 1.
    /// </param>
    public EmbeddedGrainOptions AddMemoryStreams(string name, int queueLimit = 256)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(queueLimit, 1);
        _streams.Add(name, queueLimit);
        return this;
    }

    /// <summary>Adds a store for grain state.</summary>
    /// <param name="name">
    /// For <see cref="PersistentStateAttribute"/>; <c>Default</c> is the one for those that name none.
    /// </param>
    /// <param name="factory">Called once, when the store is first needed.</param>
    public EmbeddedGrainOptions AddGrainStorage(string name, Func<IServiceProvider, IGrainStorage> factory)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(factory);
        _storages.Add(name, factory);
        return this;
    }

    /// <summary>Adds a store for grain state that lives and dies with the process.</summary>
    public EmbeddedGrainOptions AddMemoryGrainStorage(string name) =>
        AddGrainStorage(name, static _ => new MemoryGrainStorage());
}
