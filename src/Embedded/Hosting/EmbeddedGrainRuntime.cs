using System.Collections.Concurrent;
using Commission.Embedded.Runtime;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Commission.Embedded.Hosting;

/// <summary>The grains of this process.</summary>
public sealed partial class EmbeddedGrainRuntime : IClusterClient, IHostedService, IDisposable
{
    private readonly Dictionary<Type, GrainClass> _classes;
    private readonly ConcurrentDictionary<Type, GrainInterface> _interfaces = new();
    private readonly CancellationTokenSource _abandoned = new();
    private readonly ITimer _collector;
    private long _activationId;
    private long _coarseTimestamp;
    private long _droppedStreamItems;
    private volatile bool _stopping;

    /// <summary>Created by the container; see <see cref="EmbeddedGrainsServiceCollectionExtensions"/>.</summary>
    /// <exception cref="InvalidOperationException">Two grain classes share a name.</exception>
    public EmbeddedGrainRuntime(
        IServiceProvider serviceProvider,
        EmbeddedGrainOptions options,
        TimeProvider clock,
        ITurnScheduler scheduler,
        ILogger<EmbeddedGrainRuntime> logger)
    {
        ServiceProvider = serviceProvider;
        Options = options;
        Clock = clock;
        Scheduler = scheduler;
        Logger = logger;
        AllowsInlineCalls = scheduler.AllowsInlineCalls;
        Abandoned = _abandoned.Token;
        CollectionAge = ToTimestamp(options.CollectionAge);
        _coarseTimestamp = clock.GetTimestamp();
        _classes = options.GrainClasses.ToDictionary(type => type, type => new GrainClass(this, type));
        RefuseSharedNames();
        _collector = clock.CreateTimer(
            static state => ((EmbeddedGrainRuntime)state!).CollectIdle(),
            this,
            options.CollectionInterval,
            options.CollectionInterval);
    }

    /// <inheritdoc/>
    public IServiceProvider ServiceProvider { get; }

    /// <summary>How many activations there are now, those that come or go included.</summary>
    public int ActivationCount => _classes.Values.Sum(grainClass => grainClass.Count);

    /// <summary>
    /// How many stream items were dropped, since the start, because their subscriber was too slow.
    /// </summary>
    public long DroppedStreamItems => Interlocked.Read(ref _droppedStreamItems);

    internal EmbeddedGrainOptions Options { get; }

    internal TimeProvider Clock { get; }

    internal ITurnScheduler Scheduler { get; }

    internal ILogger Logger { get; }

    internal bool AllowsInlineCalls { get; }

    internal bool IsStopping => _stopping;

    /// <summary>Cancelled when the deadline of a stop has passed.</summary>
    internal CancellationToken Abandoned { get; }

    /// <summary>In units of the clock's timestamps.</summary>
    internal long CollectionAge { get; }

    /// <summary>
    /// The clock's timestamp at the last look for idle activations: reading the clock at each call would cost more.
    /// </summary>
    internal long CoarseTimestamp => Volatile.Read(ref _coarseTimestamp);

    /// <inheritdoc/>
    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        ArgumentException.ThrowIfNullOrEmpty(primaryKey);
        var grainInterface = Interface(typeof(TGrainInterface));
        var name = grainInterface.Class.Type.FullName!;
        if (grainClassNamePrefix is not null && !name.StartsWith(grainClassNamePrefix, StringComparison.Ordinal))
        {
            throw new ArgumentException($"{name} does not start with it.", nameof(grainClassNamePrefix));
        }

        return (TGrainInterface)(object)grainInterface.Create(primaryKey);
    }

    /// <summary>Deactivates the grain if it is active, and returns when its activation is gone.</summary>
    /// <exception cref="ArgumentException">The argument is no reference of this runtime.</exception>
    public Task DeactivateAsync(IAddressable grain)
    {
        if (grain is not GrainReference reference || !ReferenceEquals(reference.Class.Runtime, this))
        {
            throw new ArgumentException("Not a reference to a grain of this runtime.", nameof(grain));
        }

        return reference.Class.FindOrNull(reference.Key)?.DeactivateAsync(Requested) ?? Task.CompletedTask;
    }

    /// <summary>Deactivates all grains that are active now, and returns when these activations are gone.</summary>
    public Task DeactivateAllAsync() => DeactivateAllAsync(Requested);

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping = true;
        _collector.Dispose();
        _abandoned.Dispose();
    }

    internal GrainReference Reference(Type type, string key, GrainClass grainClass)
    {
        var grainInterface = Interface(type);
        return ReferenceEquals(grainInterface.Class, grainClass)
            ? grainInterface.Create(key)
            : throw new ArgumentException($"{grainClass.Type} does not implement {type}.", nameof(type));
    }

    internal void CountDroppedStreamItem() => Interlocked.Increment(ref _droppedStreamItems);

    internal long NextActivationId() => Interlocked.Increment(ref _activationId);

    internal long ToTimestamp(TimeSpan time) =>
        (long)Math.Min(time.Ticks * (decimal)Clock.TimestampFrequency / TimeSpan.TicksPerSecond, long.MaxValue / 2);

    private static DeactivationReason Requested =>
        new(DeactivationReasonCode.RuntimeRequested, "The runtime was told to.");

    private GrainInterface Interface(Type type) =>
        _interfaces.TryGetValue(type, out var known) ? known : _interfaces.GetOrAdd(type, FindInterface);

    private GrainInterface FindInterface(Type type)
    {
        var implementing = _classes.Values.Where(grainClass => type.IsAssignableFrom(grainClass.Type)).ToArray();
        return implementing switch
        {
            [var only] => new GrainInterface(type, only),
            [] => throw new ArgumentException($"No registered grain class implements {type}.", nameof(type)),
            _ => throw new ArgumentException(
                $"{type} is implemented by {implementing[0].Type} and {implementing[1].Type}.", nameof(type)),
        };
    }

    private void RefuseSharedNames()
    {
        var shared = _classes.Values
            .GroupBy(one => one.Name, StringComparer.Ordinal)
            .FirstOrDefault(group => group.Count() > 1);
        if (shared is not null)
        {
            throw new InvalidOperationException($"Several grain classes would store their state as '{shared.Key}'.");
        }
    }

    /// <summary>
    /// All activations in order of creation, so that a simulation meets them in the same order each time.
    /// </summary>
    private List<Activation> Activations(Func<Activation, bool> condition)
    {
        var found = _classes.Values.SelectMany(grainClass => grainClass.Activations).Where(condition).ToList();
        found.Sort(static (one, other) => one.Id.CompareTo(other.Id));
        return found;
    }

    private void CollectIdle()
    {
        var now = Clock.GetTimestamp();
        var idle = Activations(activation => activation.IsIdle(now));
        Volatile.Write(ref _coarseTimestamp, now);
        foreach (var activation in idle)
        {
            activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ActivationIdle, "It was idle."));
        }
    }

    private Task DeactivateAllAsync(DeactivationReason reason) =>
        Task.WhenAll(Activations(static _ => true).ConvertAll(activation => activation.DeactivateAsync(reason)));
}
