using Commission.Embedded.Hosting;
using Commission.Embedded.Runtime;
using Microsoft.Extensions.Logging.Abstractions;

namespace Commission.Embedded.Simulation;

/// <summary>
/// Runs everything on one thread, one turn at a time, and draws who is next from a seed: the same seed gives the same
/// order, as long as nothing the grains do depends on other threads, on the real clock or on chance. Note that a
/// combinator, such as <see cref="Task.WhenAll(Task[])"/>, over a source that runs its continuations asynchronously
/// goes by the thread pool, and so does <see cref="CancellationTokenSource.CancelAsync"/>.
/// </summary>
/// <param name="seed">Decides the order.</param>
public sealed class SeededTurnScheduler(long seed) : ITurnScheduler
{
    private readonly Lock _lock = new();
    private readonly List<IThreadPoolWorkItem> _waiting = [];
    private ulong _random = unchecked((ulong)seed);

    /// <inheritdoc/>
    public bool AllowsInlineCalls => false;

    /// <inheritdoc/>
    public int MaxTurnsPerRun => 1;

    /// <summary>How many turns have run.</summary>
    public long Turns { get; private set; }

    /// <summary>A digest of all choices so far: equal for two runs that took the same way.</summary>
    public ulong Digest { get; private set; }

    /// <inheritdoc/>
    public void Schedule(IThreadPoolWorkItem work)
    {
        lock (_lock)
        {
            _waiting.Add(work);
        }
    }

    /// <summary>Runs one turn, if one is waiting.</summary>
    /// <returns>Whether one was.</returns>
    public bool RunOne()
    {
        if (Draw() is not { } work)
        {
            return false;
        }

        Turns++;
        work.Execute();
        return true;
    }

    /// <summary>
    /// Runs the program and all that it starts until it completes; its awaits come back to this thread too.
    /// </summary>
    /// <param name="program">The program; it may call grains and wait for their answers.</param>
    /// <param name="onIdle">
    /// Called when no turn waits, such as to move a virtual clock; false if nothing can go on.
    /// </param>
    /// <exception cref="InvalidOperationException">Nothing can go on and the program has not completed.</exception>
    public void Run(Func<Task> program, Func<bool>? onIdle = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        var queue = new SerialQueue(this, NullLogger.Instance);
        Task? running = null;
        queue.Context.Post(_ => running = program(), state: null);
        while (running is not { IsCompleted: true })
        {
            if (!RunOne() && onIdle?.Invoke() != true)
            {
                throw new InvalidOperationException(
                    $"After {Turns} turns nothing can go on: the program waits for something outside.");
            }
        }

        running.GetAwaiter().GetResult();
    }

    private IThreadPoolWorkItem? Draw()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                return null;
            }

            var count = (ulong)_waiting.Count;
            var index = (int)(Next() % count);
            var work = _waiting[index];
            _waiting.RemoveAt(index);
            Digest = unchecked(((Digest ^ (ulong)index) * 0x100000001B3UL) + count);
            return work;
        }
    }

    /// <summary>SplitMix64: the same on every version of .NET, unlike <see cref="Random"/>.</summary>
    private ulong Next()
    {
        unchecked
        {
            _random += 0x9E3779B97F4A7C15UL;
            var mixed = _random;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
            return mixed ^ (mixed >> 31);
        }
    }
}
