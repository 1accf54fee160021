"""What Python 2 programs print under `python -m theano_compat run`: recorded from Python 2.7 with NumPy 1.16.6."""
import subprocess
import sys

import pytest

NUMBERS = r"""
import csv, cPickle, itertools, random, string, sys, types
import numpy as np
import theano.tensor as T

reload(sys)
sys.setdefaultencoding('utf-8')
print 1.0 / 3, [1.0 / 3], 0.1 + 0.2, 1e16, 123456789.123456789, 100.0, float('inf'), np.float64(1) / 3, np.mean([.1, .2])
print '%s %r %d' % (1.0 / 7, 1.0 / 7, 2.0), '%(a)s' % dict(a=0.1 * 3), 'x' + str(0.1 * 3), '{0} {b:.2f}'.format(2 / 3., b=2 / 3.), 7 % -3
print 'one', 'two',
print 'three',
print
print 'tab\t', 1
print >>sys.stdout, 'to', 0.1 * 3
print round(2.5), round(-0.5), round(2.675, 2), round(149, -1), int(round(4.5)), type(round(np.float32(1.5))).__name__
print None < -1, 3 > None, 1 < 'a', max(None, 2), min([3, None]), cmp(1, 2)
print map(None, [1, 2], [3]), map(str, [0.1 * 3]), filter(lambda c: c > 'a', 'abc'), filter(None, (0, 1)), zip([1], [2])[0]
random.seed(3)
data = range(12)
random.shuffle(data)
print data, random.randint(0, 9), random.choice("abc"), random.randrange(0, 20, 3), random.sample(range(9), 3)
print random.sample(xrange(1000), 6)
print random.random(), random.uniform(1, 2), random.gauss(0, 1), random.Random(5).sample(dict(a=1), 1)
f = file('part.pkl', 'w')
cPickle.dump({'w': np.arange(2)}, f)
f.close()
print cPickle.load(open('part.pkl')), isinstance(f, file)
open('rows.csv', 'wb').write('a,b\n1,caf\xc3\xa9\r\n')
print [row[0] for row in csv.reader(open('rows.csv', 'rb'))], repr(open('rows.csv').read()[-2:])
print np.fromstring(open('rows.csv', 'rb').read(3), dtype='uint8'), ord('a'), string.letters[:3], string.join(['a', 'b'], '-')
print isinstance('a', types.StringType), isinstance(2, (int, types.LongType)), itertools.izip_longest is not None, apply(max, (1, 2))
class Version(object):
    def __init__(self, n): self.n = n
    def __cmp__(self, other): return cmp(self.n, other.n)
    def __div__(self, other): return 'divided'
    def __rdiv__(self, other): return 'divides'
class Named(object):
    def __eq__(self, other): return True
print Version(1) < Version(2), Version(1) == Version(1), max(Version(1), Version(5)).n, Version(1) / 2, 2 / Version(1), len(set([Named()]))
try:
    raise ValueError, 'old'
except (ValueError, KeyError), e:
    print e, e.message, e[0], e.args
print type(3), list, 'a %s' % type(e), str(type(None))
print np.ndarray, type(np.float32(1)), Named
print T.lt(T.scalar('x'), 1) is not None, (T.vector() % 2).ndim, T.iscalar('i') / 2
"""

NUMBERS_PRINTED = r"""
0.333333333333 [0.3333333333333333] 0.3 1e+16 123456789.123 100.0 inf 0.3333333333333333 0.15000000000000002
0.142857142857 0.14285714285714285 2 0.3 x0.3 0.666666666667 0.67 -2
one two three
tab	1
to 0.3
3.0 -1.0 2.67 150.0 5 float
True True True 2 None -1
[(1, 3), (2, None)] ['0.3'] bc (1,) (1, 2)
[11, 9, 7, 1, 4, 6, 0, 8, 10, 3, 5, 2] 4 c 9 [5, 1, 4]
[868, 523, 741, 671, 64, 758]
0.591099582931 1.30126765952 1.96528625225 ['a']
{'w': array([0, 1])} True
['a', '1'] '\r\n'
[97 44 98] 97 abc a-b
True True True 2
True True 5 divided divides 1
old old old ('old',)
<type 'int'> <type 'list'> a <type 'exceptions.ValueError'> <type 'NoneType'>
<type 'numpy.ndarray'> <type 'numpy.float32'> <class '__main__.Named'>
True 1 Elemwise{int_div,no_inplace}.0
"""

FILES = r"""
import gzip, hashlib, struct, cPickle, os
import numpy as np
f = open('pos.txt', 'wb')
f.write('good film\n')
f.write(u'caf\xe9 bad\n'.encode('utf-8'))
f.close()
revs = []
with open('pos.txt', 'rb') as f:
    for line in f:
        rev = []
        rev.append(line.strip())
        words = set(' '.join(rev).lower().split())
        revs.append((sorted(words), line.split(' ')[1], line == 'good film\n'))
print revs[0], revs[1][1:], len(open('pos.txt').readlines()), open('pos.txt', 'r').readline().strip().split(' ')
with open('vec.bin', 'wb') as f:
    f.write('2 3\n')
    for w in ('the', 'cat'):
        f.write(w + ' ')
        f.write(np.arange(3, dtype='float32').tostring())
vecs = {}
with open('vec.bin', 'rb') as f:
    n, size = map(int, f.readline().split())
    for i in xrange(n):
        word = []
        while True:
            ch = f.read(1)
            if ch == ' ':
                word = ''.join(word)
                break
            if ch != '\n':
                word.append(ch)
        vecs[word] = np.fromstring(f.read(4 * size), dtype='float32')
print sorted(vecs.items())
g = gzip.open('t.gz', 'wb')
g.write('a b\nc d\n')
g.close()
print [l.split(' ')[0] for l in gzip.open('t.gz')], gzip.open('t.gz').read().split('\n'), gzip.open('t.gz', 'rb').readlines()[0].strip()
g = gzip.open('p.gz', 'w')
cPickle.dump((np.ones(2), 'x'), g, -1)
g.close()
print cPickle.load(gzip.open('p.gz')), cPickle.loads(gzip.open('p.gz').read())
open('i', 'wb').write(struct.pack('>iiB', 1, 200, 7))
h = open('i', 'rb')
print struct.unpack('>ii', h.read(8)), ord(h.read(1)), h.read() == '', np.fromfile('i', '>i4', 2).sum()
print [ord(c) for c in open('i', 'rb').read()], len(open('i', 'rb').read())
np.save(open('a.npy', 'wb'), np.arange(3))
print np.load(open('a.npy', 'rb')), np.load('a.npy').sum()
np.savez(open('a.npz', 'w'), w=np.ones(1))
print np.load('a.npz')['w']
log = open('log', 'w', 0)
log.write('x %s\n' % .1)
print >>log, 'y', 1.0 / 3
print repr(open('log').read())
print open('log').read(), [l for l in open('log')]
print os.path.exists('log'), file('log').read()[0], list(open('pos.txt', 'rb'))[0], open('pos.txt', 'rU').read().count('\n')
print u'caf\xe9'.encode('utf-8').split('f')[0], 'ab'.encode('hex'), '6162'.decode('hex'), hashlib.md5(u'a'.encode('utf8')).hexdigest()[:4]
print {u'k'.encode('utf-8'): 1}['k'], 'k'.decode('utf-8').encode('utf-8') == 'k', isinstance(u'a'.encode('utf8'), str)
for i, line in enumerate(file('pos.txt')):
    print i, line,
"""

FILES_PRINTED = r"""
(['film', 'good'], 'film\n', True) ('bad\n', False) 2 ['good', 'film']
[('cat', array([0., 1., 2.], dtype=float32)), ('the', array([0., 1., 2.], dtype=float32))]
['a', 'c'] ['a b', 'c d', ''] a b
(array([1., 1.]), 'x') (array([1., 1.]), 'x')
(1, 200) 7 True 201
[0, 0, 0, 1, 0, 0, 0, 200, 7] 9
[0 1 2] 3
[1.]
'x 0.1\ny 0.333333333333\n'
x 0.1
y 0.333333333333
['x 0.1\n', 'y 0.333333333333\n']
True x good film
2
ca 6162 ab 0cc1
1 True True
0 good film
1 café bad
"""


@pytest.mark.parametrize("source, printed", [(NUMBERS, NUMBERS_PRINTED), (FILES, FILES_PRINTED)], ids=["numbers", "files"])
def test_a_program_of_python_2_does_as_it_did(tmp_path, source, printed):
    pytest.importorskip("fissix")
    (tmp_path / "program.py").write_text(source.lstrip())
    done = subprocess.run([sys.executable, "-m", "theano_compat", "run", "program.py"], cwd=tmp_path, capture_output=True, timeout=120)
    assert not done.returncode, done.stderr.decode()
    assert done.stdout.decode() == printed[1:]
